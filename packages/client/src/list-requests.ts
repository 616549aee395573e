import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { EndingName } from './contract/ending-name.ts';
import { requestAddressOf, taskQueueOf, WORKFLOW_TYPE } from './contract/names.ts';
import type { Phase } from './contract/phase.ts';
import { SEARCH_ATTRIBUTES } from './contract/search-attributes.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';
import { outcomeCondition, outcomeOf } from './listed-outcome.ts';
import { workflowStateOf, type WorkflowState } from './temporal/workflow-state.ts';
import { phaseFrom } from './view-request.ts';
import { canBeQuoted, quoted } from './visibility-query.ts';

/** All given conditions must hold. */
export interface RequestFilter {
  phase?: Phase;
  organization?: string;
  workspace?: string;
  requestedBy?: string;
  runId?: string;
  state?: 'open' | 'closed';
  /** Ended in any of these ways; `failed` is any failure. */
  outcome?: readonly EndingName[];
  /** Started then or later; with `outcome` or `state: 'closed'`, ended then or later. */
  since?: Date;
  /** Started (with `outcome` or `state: 'closed'`: ended) then or earlier. */
  until?: Date;
  /** At most so many, the newest; 100 unless set. */
  limit?: number;
}

/** What Temporal's index knows of a request; needs no worker. */
export interface RequestListing {
  id: string;
  workflowId: string;
  organization: string;
  workspace: string;
  requestedBy?: string;
  phase: Phase;
  workflowState: WorkflowState;
  /** How it ended, once it has. */
  outcome?: EndingName;
  runId?: string;
  /** Since when it is in its phase, ISO 8601. */
  since?: string;
  startedAt: string;
  closedAt?: string;
}

const DEFAULT_LIMIT = 100;
// Beyond this many, sorting in memory is no solution any more: narrow the filter.
const MAX_SCANNED = 10_000;

/** The requests of this installation that match, newest first. Sorted here: Temporal's index cannot (decision D10). */
export async function listRequests(
  filter: RequestFilter,
  { temporal, installation }: { temporal: TemporalAccess; installation: string },
): Promise<RequestListing[]> {
  if (filter.outcome?.length === 0) return [];
  const query = listQueryOf(filter, installation);
  const matches = matcherOf(filter);
  const found = new Map<string, RequestListing>();
  let scanned = 0;
  await temporal.call(
    async () => {
      for await (const info of temporal.client.workflow.list({ query, pageSize: 500 })) {
        const listing = listingOf(info);
        scanned += 1;
        if (listing !== undefined && matches(listing)) keepNewest(found, listing);
        if (scanned >= MAX_SCANNED) return;
      }
    },
    { deadlineMs: 30_000 },
  );
  return [...found.values()]
    .toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1))
    .slice(0, filter.limit ?? DEFAULT_LIMIT);
}

export function listQueryOf(filter: RequestFilter, installation: string): string {
  const attributes: [string, string | undefined][] = [
    ['WorkflowType', WORKFLOW_TYPE],
    ['TaskQueue', taskQueueOf(installation)],
    [SEARCH_ATTRIBUTES.phase.name, filter.phase],
    [SEARCH_ATTRIBUTES.organization.name, filter.organization],
    [SEARCH_ATTRIBUTES.workspace.name, filter.workspace],
    [SEARCH_ATTRIBUTES.requestedBy.name, filter.requestedBy],
    [SEARCH_ATTRIBUTES.runId.name, filter.runId],
  ];
  const conditions = attributes.flatMap(([name, value]) =>
    value === undefined || !canBeQuoted(value) ? [] : `${name} = ${quoted(value)}`,
  );
  // An execution that continued as new is a chapter of its request, not a request.
  conditions.push(`ExecutionStatus != 'ContinuedAsNew'`);
  if (filter.state !== undefined) {
    conditions.push(filter.state === 'open' ? `ExecutionStatus = 'Running'` : `ExecutionStatus != 'Running'`);
  }
  // A run that has ended sets the outcome before its request has ended, and that outcome may still change.
  if (filter.outcome !== undefined) conditions.push(outcomeCondition(filter.outcome), `ExecutionStatus != 'Running'`);
  return [...conditions, ...timeConditions(filter)].join(' AND ');
}

function timeConditions(filter: RequestFilter): string[] {
  const { since, until } = filter;
  const name = isByItsEnd(filter) ? 'CloseTime' : 'StartTime';
  return [
    ...(since ? [`${name} >= '${since.toISOString()}'`] : []),
    ...(until ? [`${name} <= '${until.toISOString()}'`] : []),
  ];
}

/** Which of its times a filter means: people look for an ended request by its end. */
const isByItsEnd = ({ state, outcome }: RequestFilter): boolean => state === 'closed' || outcome !== undefined;

// The server compares a quoted value of the filter with its escapes still in it. So we leave conditions with such a
// value out of the filter, and check every condition here as well.
const matcherOf = (filter: RequestFilter) => {
  const { organization, workspace, requestedBy, runId } = filter;
  const wanted = Object.entries({ organization, workspace, requestedBy, runId } as const);
  return (listing: RequestListing): boolean =>
    wanted.every(([name, value]) => value === undefined || listing[name as keyof RequestListing] === value) &&
    endedAsWanted(filter, listing) &&
    liesWithin(filter, isByItsEnd(filter) ? listing.closedAt : listing.startedAt);
};

const endedAsWanted = ({ outcome: wanted }: RequestFilter, { outcome, workflowState }: RequestListing): boolean =>
  wanted === undefined ||
  (outcome !== undefined && wanted.includes(outcome)) ||
  (workflowState === 'failed' && wanted.includes('failed'));

function liesWithin({ since, until }: RequestFilter, at: string | undefined): boolean {
  if (since === undefined && until === undefined) return true;
  if (at === undefined) return false;
  const atMs = Date.parse(at);
  return atMs >= (since?.getTime() ?? -Infinity) && atMs <= (until?.getTime() ?? Infinity);
}

function listingOf(info: WorkflowExecutionInfo): RequestListing | undefined {
  const address = requestAddressOf(info.workflowId);
  if (address === undefined) return undefined; // a person started our workflow type under an id of their own
  const known = info.typedSearchAttributes;
  const requestedBy = known.get(SEARCH_ATTRIBUTES.requestedBy);
  const runId = known.get(SEARCH_ATTRIBUTES.runId);
  const workflowState = workflowStateOf(info);
  const outcome = outcomeOf(info);
  return {
    id: address.key,
    workflowId: info.workflowId,
    organization: address.organization,
    workspace: address.workspace,
    ...(requestedBy && { requestedBy }),
    phase: phaseOf(phaseFrom(known.get(SEARCH_ATTRIBUTES.phase)), workflowState),
    workflowState,
    ...(outcome && { outcome }),
    ...(runId && { runId }),
    ...sinceOf(info),
    startedAt: info.startTime.toISOString(),
    ...(info.closeTime && { closedAt: info.closeTime.toISOString() }),
  };
}

// If a workflow was ended from outside, the phase that was indexed last says nothing.
function phaseOf(indexed: Phase, state: WorkflowState): Phase {
  switch (state) {
    case 'running':
      return indexed;
    case 'completed':
    case 'canceled':
      return 'finished';
    case 'failed':
    case 'terminated':
      return 'ended-badly';
  }
}

function sinceOf(info: WorkflowExecutionInfo): { since?: string } {
  const since = info.closeTime ?? info.typedSearchAttributes.get(SEARCH_ATTRIBUTES.waitingSince);
  return since ? { since: since.toISOString() } : {};
}

function keepNewest(found: Map<string, RequestListing>, listing: RequestListing): void {
  const known = found.get(listing.workflowId);
  if (known === undefined || known.startedAt < listing.startedAt) found.set(listing.workflowId, listing);
}
