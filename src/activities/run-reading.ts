import type { ResourceCounts, RunReading } from '@runwright/client/contract';
import type { ResourceCounts as TfeCounts } from '../tfe/resources/resource-counts.ts';
import type { Run } from '../tfe/resources/run-document.ts';

/**
 * What a look also reads: the counts of plan and apply, and who confirmed. TFE refuses an include that it does not
 * know.
 */
export const RUN_INCLUDES = ['plan', 'apply'] as const;

/** The facts of a run that the workflow decides on: no links, no secrets, no relations it does not use. */
export function toReading(run: Run): RunReading {
  const optional: { [K in keyof RunReading]?: RunReading[K] | undefined } = {
    hasChanges: run.hasChanges,
    autoApply: run.autoApply,
    allowEmptyApply: run.allowEmptyApply,
    savePlan: run.savePlan,
    message: run.message,
    createdAt: run.createdAt,
    positionInQueue: run.positionInQueue,
    configurationVersionId: run.configurationVersionId,
    planId: run.planId,
    applyId: run.applyId,
    plan: run.plan?.status === 'finished' ? countsOf(run.plan.counts) : undefined,
    apply: applyOf(run),
    confirmedBy: run.confirmedBy?.username ?? run.confirmedBy?.id,
    canceledBy: run.canceledBy?.username ?? run.canceledBy?.id,
  };
  return {
    id: run.id,
    status: run.status,
    actions: {
      confirmable: run.actions.isConfirmable,
      discardable: run.actions.isDiscardable,
      cancelable: run.actions.isCancelable,
    },
    planOnly: run.planOnly ?? false,
    statusTimestamps: run.statusTimestamps,
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<RunReading>),
  };
}

export const countsOf = ({ additions = 0, changes = 0, destructions = 0, imports = 0 }: TfeCounts): ResourceCounts => ({
  additions,
  changes,
  destructions,
  imports,
});

// An apply that never began reports zeros. For one that still runs, they would read as "nothing changed".
function applyOf({ apply }: Run): RunReading['apply'] {
  if (apply === undefined || !['finished', 'errored', 'canceled'].includes(apply.status)) return undefined;
  const stateVersionId = apply.stateVersionIds?.at(-1);
  return { ...countsOf(apply.counts), ...(stateVersionId !== undefined && { stateVersionId }) };
}
