import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a request ends without outputs that TFE fills some seconds later',
  edits: [
    {
      file: 'activities/output-activities.ts',
      from: 'if (version.resourcesProcessed === false)',
      to: 'if (version.resourcesProcessed === false && Date.now() < 0)',
    },
  ],
  test: {
    project: 'server',
    file: 'test/activities/results.test.ts',
    name: 'are waited for while TFE reads them',
  },
  because: 'toMatchObject',
};
