import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';

/**
 * The last door before history. A failure that is not ours (a bug, an error of a library) is recorded by its name and
 * by its message without links and tokens. Its cause is left out, because libraries put requests into it (D7).
 */
export const guardFailures = () => ({
  inbound: {
    async execute<Input>(input: Input, next: (input: Input) => Promise<unknown>): Promise<unknown> {
      try {
        return await next(input);
      } catch (error) {
        throw recordable(error);
      }
    },
  },
});

/** The same failure, fit to be kept for ever and read by everybody. */
export function recordable(error: unknown): TemporalFailure {
  if (error instanceof TemporalFailure) return isBenign(error) ? withoutStack(error) : error;
  const { name, message } = namedError(error);
  return ApplicationFailure.create({ type: name, message: withoutSecrets(message) });
}

const isBenign = (failure: TemporalFailure): boolean =>
  failure instanceof ApplicationFailure && failure.category === ApplicationFailureCategory.BENIGN;

/** A stack of our own code says nothing to people and looks like a crash. */
function withoutStack(failure: TemporalFailure): TemporalFailure {
  failure.stack = '';
  return failure;
}

function namedError(error: unknown): { name: string; message: string } {
  if (typeof error !== 'object' || error === null)
    return { name: 'Error', message: 'a value that is no error was thrown' };
  const { name, message } = error as { name?: unknown; message?: unknown };
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : 'an error without a message was thrown',
  };
}

const withoutSecrets = (text: string): string =>
  text
    .replaceAll(/https?:\/\/[^\s"']+/gi, '[link]')
    .replaceAll(/Bearer\s+[^\s"']+/gi, 'Bearer [secret]')
    .slice(0, 1_000);
