import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a second run that somebody confirmed is not followed, and the other one is applied as well',
  edits: [
    {
      file: 'workflows/other-runs.ts',
      from: 'if (isPastConfirmation(ended) || mayApplyItself(context, ended)) await follow(context, ended);',
      to: 'if (isPastConfirmation(ended)) state.warn(aboutSecondRun(ended));',
    },
  ],
  test: {
    project: 'crashes',
    file: 'test/scenarios/second-runs.test.ts',
    name: 'and that somebody confirmed is followed as soon as it is seen: the other one is never applied',
  },
  because: 'confirmed-elsewhere',
};
