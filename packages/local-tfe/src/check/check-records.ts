export interface CostEstimateRecord {
  id: string;
  runId: string;
  status: 'pending' | 'queued' | 'finished' | 'errored' | 'canceled' | 'unreachable' | 'skipped_due_to_targeting';
  statusTimestamps: Record<string, string>;
  priorMonthlyCost: string;
  proposedMonthlyCost: string;
  errorMessage: string | null;
}

export interface PolicyOutcome {
  name: string;
  enforcement: 'advisory' | 'soft-mandatory' | 'hard-mandatory';
  result: 'passed' | 'failed';
}

export interface PolicyCheckRecord {
  id: string;
  runId: string;
  status:
    | 'pending'
    | 'queued'
    | 'passed'
    | 'soft_failed'
    | 'hard_failed'
    | 'overridden'
    | 'errored'
    | 'canceled'
    | 'unreachable';
  statusTimestamps: Record<string, string>;
  policies: PolicyOutcome[];
}

export interface TaskStageRecord {
  id: string;
  runId: string;
  stage: 'pre_plan' | 'post_plan' | 'pre_apply' | 'post_apply';
  status: 'pending' | 'running' | 'passed' | 'failed' | 'awaiting_override' | 'errored' | 'canceled' | 'unreachable';
  statusTimestamps: Record<string, string>;
  task: { id: string; name: string; status: 'passed' | 'failed' | 'errored'; enforcement: string };
}
