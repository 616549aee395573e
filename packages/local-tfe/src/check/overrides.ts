import { absent, notNow } from '../rejection.ts';
import type { ActionsDeps } from '../run/run-actions.ts';
import type { ChecksDeps } from './run-checks.ts';
import type { Store } from '../store/store.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import { addComment } from '../run/run-actions.ts';
import { moveCheck } from './run-checks.ts';
import { timestampKey } from '../run/run-statuses.ts';
import { addRunEvent, enter } from '../run/transitions.ts';

export interface OverridesDeps extends ActionsDeps, ChecksDeps {
  store: Store;
  timestamp: () => string;
  engine: RunEngine;
}

/** A failed soft policy is overridden: the run goes on to its confirmation, which is another act. */
export function overridePolicyCheck(deps: OverridesDeps, checkId: string, userId: string): void {
  const check = deps.store.policyChecks.get(checkId);
  if (!check) throw absent('policy check');
  const run = deps.store.runs.require(check.runId);
  if (check.status !== 'soft_failed' || run.status !== 'policy_override') throw notNow();
  deps.store.transaction(() => {
    moveCheck(deps, check, 'overridden');
    addRunEvent(deps, run.id, { action: 'overridden', userId });
    enter(deps, run.id, 'policy_checked', { by: userId });
  });
  deps.engine.goOn(run.id, 'decision');
}

const GOES_ON_WITH = { pre_plan: 'plan', post_plan: 'checks', pre_apply: 'apply' } as const;

/** A failed task stage is overridden: the run goes on where it stopped. */
export function overrideTaskStage(
  deps: OverridesDeps,
  stageId: string,
  by: { userId: string; comment: string | undefined },
): void {
  const record = deps.store.taskStages.get(stageId);
  if (!record) throw absent('task stage');
  const { stage } = record;
  if (record.status !== 'awaiting_override' || stage === 'post_apply') throw notNow();
  deps.store.transaction(() => {
    deps.store.taskStages.update(record.id, {
      status: 'passed',
      statusTimestamps: { ...record.statusTimestamps, [timestampKey('passed')]: deps.timestamp() },
    });
    if (by.comment !== undefined) addComment(deps, record.runId, by.userId, by.comment);
    addRunEvent(deps, record.runId, { action: 'overridden', userId: by.userId });
    enter(deps, record.runId, `${stage}_completed`, { by: by.userId });
  });
  deps.engine.goOn(record.runId, GOES_ON_WITH[stage]);
}
