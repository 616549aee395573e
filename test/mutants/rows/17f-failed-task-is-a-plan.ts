import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a task that fails before the plan is told as a plan that errored',
  edits: [
    {
      file: 'domain/outcome.ts',
      from: 'if (endedBeforePlan(run.statusTimestamps))',
      to: 'if (endedBeforePlan(run.statusTimestamps) && Date.now() < 0)',
    },
  ],
  test: {
    project: 'unit',
    file: 'src/domain/outcome.test.ts',
    name: 'errored in a task before its plan',
  },
  because: 'pre-plan-failed',
};
