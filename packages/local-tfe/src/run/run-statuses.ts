/** TFE's run statuses, as far as this engine passes through them. */
export const RUN_STATUSES = [
  'pending',
  'fetching',
  'fetching_completed',
  'pre_plan_running',
  'pre_plan_completed',
  'pre_plan_awaiting_decision',
  'queuing',
  'plan_queued',
  'planning',
  'planned',
  'post_plan_running',
  'post_plan_completed',
  'post_plan_awaiting_decision',
  'cost_estimating',
  'cost_estimated',
  'policy_checking',
  'policy_checked',
  'policy_override',
  'policy_soft_failed',
  'confirmed',
  'queuing_apply',
  'apply_queued',
  'pre_apply_running',
  'pre_apply_completed',
  'pre_apply_awaiting_decision',
  'applying',
  'post_apply_running',
  'post_apply_completed',
  'applied',
  'planned_and_finished',
  'planned_and_saved',
  'errored',
  'canceled',
  'force_canceled',
  'discarded',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

export const FINAL_STATUSES = [
  'policy_soft_failed',
  'applied',
  'planned_and_finished',
  'errored',
  'canceled',
  'force_canceled',
  'discarded',
] as const satisfies readonly RunStatus[];

export const NON_FINAL_STATUSES: readonly RunStatus[] = RUN_STATUSES.filter((status) => !isFinal(status));

/** Nothing happens to the run any more. */
export function isFinal(status: RunStatus): boolean {
  return (FINAL_STATUSES as readonly RunStatus[]).includes(status);
}

/** TFE's key in `status-timestamps`: `plan_queued` is stamped as `plan-queued-at`. */
export function timestampKey(status: string): string {
  return `${status.replaceAll('_', '-')}-at`;
}
