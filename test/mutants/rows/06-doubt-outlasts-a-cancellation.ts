import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a request whose creation is in doubt is not ended by its cancellation',
  edits: [
    {
      file: 'workflows/create-run.ts',
      from: "isDue: () => isDue(context), patience: 'until-listed'",
      to: "isDue: () => false, patience: 'until-listed'",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/doubts.test.ts',
    name: 'because of a rate limit of an hour, a cancellation ends a request whose creation is in doubt',
  },
  because: 'waited 20 s for the end, in vain',
};
