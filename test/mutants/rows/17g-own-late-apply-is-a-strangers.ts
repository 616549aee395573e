import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'our own apply, whose answer was lost, counts as somebody else’s and is interrupted',
  edits: [
    {
      file: 'workflows/state/apply-book.ts',
      from: 'if (isPastConfirmation(reading) && this.data.applyMayHaveLanded) this.data.acts.applySent = true;',
      to: '',
    },
    {
      file: 'workflows/own-apply.ts',
      from: 'if (!(await ask(state.inbox, step)).isOurs) return',
      to: 'if ((await ask(state.inbox, step)).isOurs !== undefined) return',
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/endings.test.ts',
    name: 'leaves our own apply alone, also where what somebody else confirms is to be interrupted',
  },
  because: 'waited 20 s for its apply, in vain',
};
