import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'the reaper acts on what its listing saw minutes before',
  edits: [{ file: 'activities/end-orphan.ts', from: "if (isPastConfirmation(run)) return 'being-applied';", to: '' }],
  test: {
    project: 'crashes',
    file: 'test/scenarios/reaper-races.test.ts',
    name: 'the plan of the orphan ends and a person confirms it: its apply is not canceled',
  },
  because: 'being-applied',
};
