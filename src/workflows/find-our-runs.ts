import { workflowInfo } from '@temporalio/workflow';
import type { RunMarker } from '../domain/run-marker.ts';
import type { RequestContext } from './request-context.ts';
import { askUnless } from './inbox/stand-still.ts';
import type { AnswerOf } from './steps.ts';

/** The marker of this request's run. N counts plans, and a request has one. */
export function markerOf({ state }: Pick<RequestContext, 'state'>): RunMarker {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const { installation, namespaceId } = state.accepted;
  return { installation, namespaceId, workflowId, firstExecutionRunId, plan: 1 };
}

export type FoundRuns = Extract<AnswerOf<RequestContext['steps']['findRuns']>, { kind: 'found' }>;

/** `until-listed`: what is in view as the blocker already is no answer. */
export type Patience = 'until-refused' | 'until-listed';

/**
 * Every run of this request that TFE lists, oldest first. A listing that TFE keeps refusing is shown as what blocks, and
 * answered as `refused`.
 */
export async function findOurRuns(
  context: RequestContext,
  { isDue, patience }: { isDue: () => boolean; patience: Patience },
): Promise<FoundRuns | { kind: 'refused' } | { kind: 'given-up' }> {
  const { state, steps } = context;
  const { blocker } = state.data;
  const step = steps.findRuns({
    workspaceId: state.data.workspaceId!,
    marker: markerOf(context),
    configurationVersionIds: [...state.data.configurationVersionIds],
    createdAfterMs: state.data.startedAtMs,
    mode: state.request.run.mode,
    timing: state.request.timing,
    ...(patience === 'until-listed' && blocker && { knownBlocker: blocker }),
  });
  const found = await askUnless(state.inbox, step, isDue);
  if (found === 'given-up') return { kind: 'given-up' };
  if (found.kind === 'refused') {
    state.note({ blocker: found.blocker });
    return { kind: 'refused' };
  }
  state.note({ blocker: undefined });
  return found;
}
