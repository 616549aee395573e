import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type FailureFacts, type RunRequest, tfeHostOf, workflowIdOf } from '@runwright/client/contract';
import { parseRunRequest } from '@runwright/client/contract/schema';
import { faultsOfTimes } from '../domain/time-floors.ts';
import type { ActivityDeps } from './activity-deps.ts';

export interface Accepted {
  request: RunRequest;
  installation: string;
  /** Of the namespace whose tasks this worker runs; part of the marker. */
  namespaceId: string;
  tfeAddress: string;
}

export const createAcceptActivities = (deps: ActivityDeps) => ({
  /** Parses whatever started the workflow: a bad request fails and never leaves a stuck workflow. */
  async acceptRequest(input: unknown): Promise<Accepted> {
    const parsed = parseRunRequest(input);
    if (parsed.kind === 'refused') throw invalid(parsed.faults);
    const { request } = parsed;
    const faults = [
      ...faultsOfId(request, deps.tfeAddress),
      ...(deps.allowsShortTimes ? [] : faultsOfTimes(request.timing)),
    ];
    if (faults.length > 0) throw invalid(faults);
    const { installation, namespaceId, tfeAddress } = deps;
    return { request, installation, namespaceId, tfeAddress };
  },
});

/**
 * The workflow id makes a key one request, and the marker names it. Under another id the same key would make a second
 * run that nobody recognizes as this request's.
 */
function faultsOfId(request: RunRequest, tfeAddress: string): string[] {
  const workflowId = activityInfo().workflowExecution?.workflowId;
  const own = workflowIdOf({ tfeHost: tfeHostOf(tfeAddress), ...request });
  return workflowId === own ? [] : [`workflow id: it is ${workflowId}, and this request can only run as ${own}`];
}

function invalid(faults: string[]): ApplicationFailure {
  const facts: FailureFacts = { changed: 'nothing', faults };
  return ApplicationFailure.nonRetryable(`the request is not valid: ${faults.join('; ')}`, 'invalid-request', facts);
}
