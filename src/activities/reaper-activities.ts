import { cancellationSignal } from '@temporalio/activity';
import type { Orphan, RunReading } from '@runwright/client/contract';
import { isFinalRun, isPastConfirmation } from '@runwright/client/domain';
import type { ForeignRun } from '../domain/other-namespaces.ts';
import { readMarker, whoseRun, type RunMarker } from '../domain/run-marker.ts';
import type { Run } from '../tfe/resources/run-document.ts';
import type { ActivityDeps, Liveness } from './activity-deps.ts';
import { toReading } from './run-reading.ts';
import { toFailure } from './to-failure.ts';

/** One page: each attempt counts once against TFE's limit for lists. */
export interface OrganizationPage {
  organizations: string[];
  nextPage?: number;
}

export interface OrphanPage {
  orphans: Orphan[];
  /** Ids of the non-final runs of this installation in this namespace. */
  examined: string[];
  /** Runs of the same installation in other namespaces. */
  foreign: ForeignRun[];
  nextPage?: number;
}

const PAGE_SIZE = 100;

const following = (nextPage: number | undefined) => (nextPage === undefined ? {} : { nextPage });

export const createReaperActivities = (deps: ActivityDeps) => ({
  /** GET one page of the organizations that the token sees. Reads only. */
  async listOrganizations({ page }: { page: number }): Promise<OrganizationPage> {
    try {
      const listed = await deps.tfe.organizations.list({ page, pageSize: PAGE_SIZE, signal: cancellationSignal() });
      return { organizations: listed.items.map(({ name }) => name), ...following(listed.nextPage) };
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },

  /**
   * GET one page of an organization's non-final runs. Finds those of ours whose workflow no longer runs. Reads only.
   */
  async findOrphans({ organization, page }: { organization: string; page: number }): Promise<OrphanPage> {
    try {
      const listed = await deps.tfe.runs.listOfOrganization(
        { organization, page, pageSize: PAGE_SIZE, statusGroup: 'non_final' },
        { signal: cancellationSignal() },
      );
      const found: OrphanPage = { orphans: [], examined: [], foreign: [], ...following(listed.nextPage) };
      for (const run of listed.items) await examine(deps, { run, organization, found });
      return found;
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },
});

async function examine(deps: ActivityDeps, seen: { run: Run; organization: string; found: OrphanPage }): Promise<void> {
  const reading = toReading(seen.run);
  const marker = readMarker(reading.message);
  if (marker === undefined || isFinalRun(reading)) return;
  const whose = whoseRun(marker, deps);
  if (whose === 'of-another-namespace') seen.found.foreign.push({ runId: reading.id, namespaceId: marker.namespaceId });
  if (whose !== 'ours') return;
  seen.found.examined.push(reading.id);
  const workflow = lifeOf(marker, await deps.liveness(marker.workflowId));
  if (workflow === 'lives') return;
  seen.found.orphans.push({
    runId: reading.id,
    organization: seen.organization,
    status: reading.status,
    workflowId: marker.workflowId,
    workflow,
    action: workflow === 'another-life' ? 'leave' : endingActionOf(reading),
  });
}

/**
 * What has become of the workflow that a marker names. If the server does not tell lives apart, it counts as this life.
 */
export function lifeOf(
  { firstExecutionRunId }: Pick<RunMarker, 'firstExecutionRunId'>,
  { state, firstExecutionRunId: living = firstExecutionRunId }: Liveness,
): 'lives' | 'another-life' | 'closed' | 'unknown' {
  if (state !== 'running') return state;
  return living === firstExecutionRunId ? 'lives' : 'another-life';
}

/** Prefers discard: TFE refuses it for a run that was confirmed meanwhile, but does not refuse a cancel. */
export function endingActionOf(run: RunReading): Orphan['action'] {
  if (isPastConfirmation(run)) return 'leave';
  if (run.actions.discardable) return 'discard';
  return run.actions.cancelable ? 'cancel' : 'leave';
}
