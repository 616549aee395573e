import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a cancellation waits for a rate limit of an hour',
  edits: [{ file: 'workflows/act.ts', from: '      unless: isUnwanted,\n', to: '      unless: () => false,\n' }],
  test: {
    project: 'server',
    file: 'test/workflows/endings.test.ts',
    name: 'on the creation of the run does not hold a cancellation up',
  },
  because: 'for the end, in vain',
};
