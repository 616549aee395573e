import { nextStep } from '../../domain/next-step.ts';
import type { RequestContext } from '../request-context.ts';

/** Sets the deadlines that count for the run in its present phase, or for the request while it has no run. */
export function armDeadlines({ state, deadlines }: RequestContext): void {
  const { queueMs, planMs, applyMs } = state.request.deadlines;
  const { acceptedAtMs, expiresAtMs } = state.data;
  const queueAtMs = queueMs === undefined ? undefined : acceptedAtMs + queueMs;
  if (state.data.reading === undefined) return deadlines.arm({ queue: queueAtMs });
  const next = nextStep(state.facts);
  if (next.kind !== 'end') state.times.leaveCleanup();
  const isPlanning = next.kind === 'plan' && state.runPhase !== 'queued';
  const isOurApply = next.kind === 'finish' && state.data.acts.applySent && state.data.acts.endedFor === undefined;
  deadlines.arm({
    queue: next.kind === 'plan' && state.runPhase === 'queued' ? queueAtMs : undefined,
    plan: isPlanning ? state.times.atMs('plan', planMs) : undefined,
    approval: state.decisions.verdict === 'pending' && next.kind !== 'plan' ? expiresAtMs : undefined,
    apply: isOurApply ? state.times.atMs('apply', applyMs) : undefined,
    cleanup: next.kind === 'end' ? state.times.atMs('cleanup', state.request.timing.cleanupMs) : undefined,
    gone: goneAtMs({ state }),
  });
}

/**
 * When we give up a run that TFE does not show. A canceled request gives it up after its cleanup time, if that is
 * sooner.
 */
function goneAtMs({ state }: Pick<RequestContext, 'state'>): number | undefined {
  const { goneSinceMs } = state.data;
  if (goneSinceMs === undefined) return undefined;
  const { goneMs, cleanupMs } = state.request.timing;
  return goneSinceMs + (state.canceled ? Math.min(goneMs, cleanupMs) : goneMs);
}
