import type { WorkflowExecutionDescription } from '@temporalio/client';

/** What Temporal says of the workflow itself, whatever the workflow last said of its run. */
export type WorkflowState = 'running' | 'completed' | 'failed' | 'canceled' | 'terminated';

export function workflowStateOf({ status }: Pick<WorkflowExecutionDescription, 'status'>): WorkflowState {
  switch (status.name) {
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
      return 'failed';
    case 'CANCELLED':
      return 'canceled';
    case 'TERMINATED':
    case 'TIMED_OUT':
      return 'terminated';
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW': // described in the moment between two executions
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return 'running';
  }
}
