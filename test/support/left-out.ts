import { describe } from '@jest/globals';

/**
 * Instead of `describe`, where this machine lacks what the tests need: they count as skipped, and the reason is printed.
 */
export function leftOut(what: string, reason: string): typeof describe.skip {
  // Jest drops the console of a file whose tests are all skipped: that is just when this must be seen.
  process.stderr.write(`LEFT OUT: ${what}. ${reason}.\n`);
  return describe.skip;
}
