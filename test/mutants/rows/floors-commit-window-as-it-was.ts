import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'the look-up comes before a request that is sent late has landed',
  edits: [
    { file: 'domain/time-floors.ts', from: 'commitWindowMs: 25 * SECOND_MS', to: 'commitWindowMs: 15 * SECOND_MS' },
  ],
  test: {
    project: 'server',
    file: 'test/activities/accept-request.test.ts',
    name: 'covers a request sent at the last moment',
  },
  because: 'Expected: >= 25000',
};
