import { workflowInfo } from '@temporalio/workflow';
import type { RunMarker } from '../domain/run-marker.ts';
import type { RequestContext } from './request-context.ts';
import { askUnless } from './inbox/stand-still.ts';
import type { AnswerOf } from './steps.ts';

/** The marker of this request's run. Its number counts plans, and a request has one plan. */
export function markerOf({ state }: Pick<RequestContext, 'state'>): RunMarker {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const { installation, namespaceId } = state.accepted;
  return { installation, namespaceId, workflowId, firstExecutionRunId, plan: 1 };
}

export type FoundRuns = Extract<AnswerOf<RequestContext['steps']['findRuns']>, { kind: 'found' }>;

/** `until-listed`: keep asking while TFE refuses for the reason that is already shown as the blocker. */
export type Patience = 'until-refused' | 'until-listed';

/**
 * Every run of this request that TFE lists, oldest first. If TFE keeps refusing the listing, shows that as the blocker
 * and answers `refused`.
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
