import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'what holds a run that was confirmed while it was being ended cannot be overridden',
  edits: [
    {
      file: 'packages/client/src/domain/approval.ts',
      from: "return run.phase === 'awaiting-override' && run.pastConfirmation ? 'override' : 'nothing-more';",
      to: "return run.phase === 'awaiting-override' && run.pastConfirmation && !run.ending ? 'override' : 'nothing-more';",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/endings.test.ts',
    name: 'because it was canceled: what holds its apply can be overridden',
  },
  because: 'counted',
};
