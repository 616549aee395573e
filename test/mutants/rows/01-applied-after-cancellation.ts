import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'an apply that was held is sent though the request was canceled meanwhile',
  edits: [
    {
      file: 'workflows/confirm-apply.ts',
      from: "const isWanted = (): boolean => nextStep(state.facts).kind === 'apply' && state.reading.id === runId;",
      to: "const isWanted = (): boolean => state.decisions.verdict === 'approved' && state.reading.id === runId;",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/second-events.test.ts',
    name: 'is followed though the apply is held because TFE does not list the runs after a doubt',
  },
  because: 'waited 20 s for the discard, in vain',
};
