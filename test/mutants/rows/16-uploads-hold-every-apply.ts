import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'uploads of minutes share a queue with what advances runs, and hold every apply',
  edits: [{ file: 'workflows/steps.ts', from: '      taskQueue: upload,\n', to: '      taskQueue: now,\n' }],
  test: {
    project: 'crashes',
    file: 'test/faults/slow-uploads.test.ts',
    name: 'an approved run is applied while more uploads crawl than a worker does steps at once',
  },
  because: 'waited 20 s for the apply, in vain',
};
