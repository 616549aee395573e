import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a run is applied while a second one of the request is still to be confirmed by anybody',
  edits: [{ file: 'workflows/other-runs.ts', from: 'if (!isFinalRun(ended)) notEnded.push(ended);', to: '' }],
  test: {
    project: 'crashes',
    file: 'test/scenarios/second-runs.test.ts',
    name: 'holds the apply of the request’s own one, which is shown, until it is',
  },
  because: 'waited 20 s for the hold, in vain',
};
