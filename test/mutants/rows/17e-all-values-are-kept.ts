import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'outputs of megabytes are reported to Temporal',
  edits: [
    {
      file: 'activities/output-activities.ts',
      from: 'sofar.bytes + bytes <= MAX_BYTES',
      to: 'sofar.bytes + bytes <= 100 * MAX_BYTES',
    },
  ],
  test: {
    project: 'server',
    file: 'test/activities/results.test.ts',
    name: 'are kept by name only beyond 256 KiB',
  },
  because: 'toBeLessThan',
};
