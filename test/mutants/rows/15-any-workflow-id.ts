import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a request runs under a workflow id that is not its own',
  edits: [{ file: 'activities/accept-request.ts', from: 'workflowId === own ? []', to: 'workflowId ? []' }],
  test: {
    project: 'server',
    file: 'test/activities/accept-request.test.ts',
    name: 'refuses a workflow id that is not its own',
  },
  because: 'Received promise resolved instead of rejected',
};
