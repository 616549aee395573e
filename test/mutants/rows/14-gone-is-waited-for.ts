import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a run that TFE does not show any more is waited for without end',
  edits: [{ file: 'domain/next-step.ts', from: "if (facts.gone) return { kind: 'give-up' };", to: '' }],
  test: {
    project: 'server',
    file: 'test/workflows/second-events.test.ts',
    name: 'a run that TFE does not show any more in the middle of its apply is given up after its time',
  },
  because: 'waited 20 s for its end, in vain',
};
