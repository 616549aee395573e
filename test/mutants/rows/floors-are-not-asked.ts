import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'times below what safety rests on are accepted',
  edits: [{ file: 'activities/accept-request.ts', from: 'deps.allowsShortTimes ? []', to: 'deps.tfeAddress ? []' }],
  test: {
    project: 'server',
    file: 'test/activities/accept-request.test.ts',
    name: 'refuses times below what safety rests on',
  },
  because: 'Received promise resolved instead of rejected',
};
