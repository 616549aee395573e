import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'an attempt of a look-up sends as many requests as the list needs, whatever its queue allows',
  edits: [
    {
      file: 'activities/find-runs.ts',
      from: 'next = await goOn(deps, input, progress);',
      to: 'for (next = progress; next.page !== undefined || next.unread.length > 0; ) next = await goOn(deps, input, next);',
    },
  ],
  test: {
    project: 'server',
    file: 'test/activities/create-run.test.ts',
    name: 'reads a run whose list entry tells neither message nor configuration version, one an attempt',
  },
  because: '+   3,',
};
