import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'nobody is told that an earlier life of the request was applied',
  edits: [
    {
      file: 'workflows/other-runs.ts',
      from: "if (isFinalRun(run) && run.status !== 'applied') continue;",
      to: 'if (isFinalRun(run)) continue;',
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/earlier-lives.test.ts',
    name: 'that was applied and is in sight is said before anything is made or planned',
  },
  because: 'waited 20 s for the warning, in vain',
};
