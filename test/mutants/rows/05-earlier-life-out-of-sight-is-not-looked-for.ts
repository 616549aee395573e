import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'the run of an earlier life takes the workspace later, and the request is queued behind it for ever',
  edits: [
    {
      file: 'workflows/state/take-news.ts',
      from: "if (news.heldBy?.kind === 'earlier-life')",
      to: "if (news.heldBy?.kind === 'earlier-life' && Date.now() < 0)",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/earlier-lives.test.ts',
    name: 'that comes to hold the workspace later is ended unapplied and named',
  },
  because: 'waited 20 s for the run to wait for approval, in vain',
};
