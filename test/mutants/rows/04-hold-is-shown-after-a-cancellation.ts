import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a canceled request shows that its apply is held',
  edits: [
    {
      file: 'workflows/other-runs.ts',
      from: "if (settled !== 'unsettled' || !isWanted()) continue;",
      to: "if (settled !== 'unsettled') continue;",
    },
    {
      file: 'workflows/other-runs.ts',
      from: 'if (isWanted()) return false;',
      to: 'return false;',
    },
  ],
  test: {
    project: 'crashes',
    file: 'test/scenarios/second-runs.test.ts',
    name: 'is not shown as what blocks a request that is canceled: that holds no apply any more',
  },
  because: 'a second run of this request cannot be ended',
};
