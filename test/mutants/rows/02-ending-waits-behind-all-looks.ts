import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'what became of an ending is learned behind the looks of all other requests',
  edits: [
    {
      file: 'workflows/steps.ts',
      from: "watchClosely: step('watchRun', { ...WATCH, taskQueue: now",
      to: "watchClosely: step('watchRun', { ...WATCH, taskQueue: poll",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/saturated-looks.test.ts',
    name: 'a run whose looks are never taken is canceled with at most three requests',
  },
  because: 'waited 20 s for the end, in vain',
};
