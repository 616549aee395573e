import { notFound, transitionNotAllowed } from '../http/answer.ts';
import type { Services } from '../services.ts';
import { addComment } from './actions.ts';
import { moveCheck } from './checks.ts';
import { timestampKey } from './statuses.ts';
import { addRunEvent, enter } from './transitions.ts';

/** A failed soft policy is overridden: the run goes on to its confirmation, which is another act. */
export function overridePolicyCheck(services: Services, checkId: string, userId: string): void {
  const check = services.store.policyChecks.get(checkId);
  if (!check) throw notFound();
  const run = services.store.runs.require(check.runId);
  if (check.status !== 'soft_failed' || run.status !== 'policy_override') throw transitionNotAllowed();
  services.store.transaction(() => {
    moveCheck(services, check, 'overridden');
    addRunEvent(services, run.id, { action: 'overridden', userId });
    enter(services, run.id, 'policy_checked', { by: userId });
  });
  services.engine.goOn(run.id, 'decision');
}

const GOES_ON_WITH = { pre_plan: 'plan', post_plan: 'checks', pre_apply: 'apply' } as const;

/** A failed task stage is overridden: the run goes on where it stopped. */
export function overrideTaskStage(
  services: Services,
  stageId: string,
  by: { userId: string; comment: string | undefined },
): void {
  const record = services.store.taskStages.get(stageId);
  if (!record) throw notFound();
  const { stage } = record;
  if (record.status !== 'awaiting_override' || stage === 'post_apply') throw transitionNotAllowed();
  services.store.transaction(() => {
    services.store.taskStages.update(record.id, {
      status: 'passed',
      statusTimestamps: { ...record.statusTimestamps, [timestampKey('passed')]: services.timestamp() },
    });
    if (by.comment !== undefined) addComment(services, record.runId, by.userId, by.comment);
    addRunEvent(services, record.runId, { action: 'overridden', userId: by.userId });
    enter(services, record.runId, `${stage}_completed`, { by: by.userId });
  });
  services.engine.goOn(record.runId, GOES_ON_WITH[stage]);
}
