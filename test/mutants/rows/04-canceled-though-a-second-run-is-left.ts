import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a canceled request ends as if nothing of it were left, and a second run waits for people',
  edits: [
    {
      file: 'workflows/conclude.ts',
      from: 'if (first === undefined) return',
      to: 'if (first === undefined || context.state.canceled) return',
    },
  ],
  test: {
    project: 'crashes',
    file: 'test/scenarios/second-runs.test.ts',
    name: 'is what it ends with where it never got a run of its own',
  },
  because: '"kind": "canceled"',
};
