import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'the run of an earlier life holds the workspace, and the request is queued behind it for ever',
  edits: [
    {
      file: 'workflows/prepare.ts',
      from: 'if (earlierLife !== undefined)',
      to: 'if (earlierLife !== undefined && Date.now() < 0)',
    },
    {
      file: 'workflows/state/take-news.ts',
      from: "if (news.heldBy?.kind === 'earlier-life')",
      to: "if (news.heldBy?.kind === 'earlier-life' && Date.now() < 0)",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/earlier-lives.test.ts',
    name: 'the run of an earlier life of the same key that still waits is ended unapplied and named',
  },
  because: 'waited 20 s for the run to wait for approval, in vain',
};
