import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a rejection after enough approvals does not count, though the apply was not sent',
  edits: [
    {
      file: 'packages/client/src/domain/approval.ts',
      from: "if (sent.choice === 'reject') return undefined;\n  if (verdict !== 'pending')",
      to: "if (verdict !== 'pending')",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/second-events.test.ts',
    name: 'a rejection counts after the approval while TFE refuses the apply',
  },
  because: 'for the end, in vain',
};
