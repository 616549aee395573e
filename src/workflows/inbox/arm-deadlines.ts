import { nextStep } from '../../domain/next-step.ts';
import type { RequestContext } from '../request-context.ts';

/** Sets the deadlines that count for the run as it is now, or for the request while it has none. */
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

/** When a run is given up that TFE does not show: after a cancellation it is time to end sooner. */
function goneAtMs({ state }: Pick<RequestContext, 'state'>): number | undefined {
  const { goneSinceMs } = state.data;
  if (goneSinceMs === undefined) return undefined;
  const { goneMs, cleanupMs } = state.request.timing;
  return goneSinceMs + (state.canceled ? Math.min(goneMs, cleanupMs) : goneMs);
}
