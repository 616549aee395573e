import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'both runs of a request that is in doubt are applied by TFE itself',
  edits: [
    {
      file: 'workflows/create-run.ts',
      from: 'if (run.allowEmptyApply !== true || !state.data.doubted) return run;',
      to: 'if (state.data.accepted !== undefined) return run;',
    },
  ],
  test: {
    project: 'crashes',
    file: 'test/scenarios/second-runs.test.ts',
    name: 'is the only one that is applied, also where TFE never lists it',
  },
  because: '-   "planned_and_finished"',
};
