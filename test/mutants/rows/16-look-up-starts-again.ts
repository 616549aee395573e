import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a look-up that TFE refuses with 429 on a later page starts with the first one again',
  edits: [
    {
      file: 'activities/find-runs.ts',
      from: 'heartbeat(progress);\n    throw toFailure',
      to: 'throw toFailure',
    },
  ],
  test: {
    project: 'server',
    file: 'test/activities/create-run.test.ts',
    name: 'goes on with the page that TFE refused with 429, not with the first one',
  },
  because: '+   1,',
};
