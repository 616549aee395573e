import type { ExitName } from './exit-codes.ts';

/** Ends a command with one sentence on standard error and an exit code. */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly exit: ExitName;

  constructor(exit: ExitName, sentence: string) {
    super(sentence);
    this.exit = exit;
  }
}
