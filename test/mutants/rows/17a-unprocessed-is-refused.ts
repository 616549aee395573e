import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a configuration that TFE still processes fails the request',
  edits: [
    {
      file: 'activities/run-activities.ts',
      from: 'if (isStillProcessing(error))',
      to: 'if (isStillProcessing(error) && Date.now() < 0)',
    },
  ],
  test: {
    project: 'server',
    file: 'test/activities/create-run.test.ts',
    name: 'is certain that nothing was made while TFE still processes',
  },
  because: '"kind": "refused"',
};
