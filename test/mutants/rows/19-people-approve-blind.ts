import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'people are asked before they can see what the run would change',
  edits: [
    {
      file: 'workflows/state/run-facts.ts',
      from: "return facts.phase === 'awaiting-confirmation' && !planSeen ? 'checking' : facts.phase;",
      to: 'return facts.phase;',
    },
    {
      file: 'workflows/await-people.ts',
      from: 'if (isUnseen()) await showPlan(context, () => !isTheirs());',
      to: 'state.showPlan({});',
    },
    {
      file: 'workflows/create-run.ts',
      from: 'await readUnless(context, () => state.canceled); // a list tells less than the run does: no counts',
      to: '',
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/second-events.test.ts',
    name: 'is asked for with counts and changes, also where the run was planned when it was found',
  },
  because: 'Received has value: undefined',
};
