import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'what comes from outside is taken in before an answer of its workflow task, and the history does not replay',
  edits: [{ file: 'workflows/inbox/inbox.ts', from: 'if (this.closed) item();', to: 'if (Date.now() > 0) item();' }],
  test: {
    project: 'server',
    file: 'test/replay/replay.test.ts',
    name: 'of a request whose approval is taken in together with the look that finds it planned',
  },
  because: 'Nondeterminism',
};
