import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'one lost answer, and nothing is started',
  edits: [{ file: 'cli/commands/tfe-answers.ts', from: 'if (!isPassing(error) ||', to: 'if (isPassing(error) ||' }],
  test: {
    project: 'server',
    file: 'test/cli/lost-ping.test.ts',
    name: 'is asked for again: the request is started',
  },
  because: '"code": 5',
};
