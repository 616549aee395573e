import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a run without changes that TFE lets rest is waited for without end',
  edits: [{ file: 'workflows/await-planned.ts', from: 'if (!isOver()) state.letRestEmpty();', to: '' }],
  test: {
    project: 'server',
    file: 'test/workflows/endings.test.ts',
    name: 'a run without changes that TFE lets rest is asked about, with a warning',
  },
  because: 'in vain',
};
