import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'an approval of a run that Runwright has not looked at yet is dropped',
  edits: [
    {
      file: 'workflows/state/decision-book.ts',
      from: 'return reading === undefined ? inDoubt !== undefined : reading.id === sent.runId;',
      to: 'return false;',
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/second-events.test.ts',
    name: 'of a run that TFE shows as planned before Runwright has looked is weighed after a look',
  },
  because: 'for the end, in vain',
};
