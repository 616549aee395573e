import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type FailureFacts, type RunRequest, tfeHostOf, workflowIdOf } from '@runwright/client/contract';
import { parseRunRequest } from '@runwright/client/contract/schema';
import { faultsOfTimes } from '../domain/time-floors.ts';
import type { ActivityDeps } from './activity-deps.ts';

export interface Accepted {
  request: RunRequest;
  installation: string;
  /** Of the namespace whose task the worker runs; stands in the marker. */
  namespaceId: string;
  tfeAddress: string;
}

export const createAcceptActivities = (deps: ActivityDeps) => ({
  /** Parses whatever the workflow was started with: a bad request is a failure, never a stuck workflow. */
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
 * The id is what makes a key one request, and what the marker names: under another one the same key would be a second
 * run, which nobody recognizes as this request's.
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
