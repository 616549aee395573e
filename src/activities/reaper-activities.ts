import { cancellationSignal } from '@temporalio/activity';
import type { ReapedRun } from '../contract/reaper.ts';
import { isFinalRun, isPastConfirmation } from '../domain/run-phase.ts';
import { readMarker } from '../domain/run-marker.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toReading } from './run-reading.ts';
import { toFailure } from './to-failure.ts';

export interface Orphans {
  orphans: ReapedRun[];
  examined: number;
}

const PAGE_SIZE = 100;

export const createReaperActivities = (deps: ActivityDeps) => ({
  /** GET the non-final runs of every organization; ours whose workflow does not run any more. Reads only. */
  async findOrphans(): Promise<Orphans> {
    try {
      const organizations = await listOrganizations(deps);
      const found = { orphans: [] as ReapedRun[], examined: 0 };
      for (const organization of organizations) await findIn(deps, organization, found);
      return found;
    } catch (error) {
      throw toFailure(error, 'with-a-run');
    }
  },
});

async function listOrganizations({ tfe }: ActivityDeps): Promise<string[]> {
  const names: string[] = [];
  for (let page: number | undefined = 1; page !== undefined;) {
    const listed = await tfe.organizations.list({ page, pageSize: PAGE_SIZE, signal: cancellationSignal() });
    names.push(...listed.items.map(({ name }) => name));
    page = listed.nextPage;
  }
  return names;
}

async function findIn(deps: ActivityDeps, organization: string, found: Orphans): Promise<void> {
  for (let page: number | undefined = 1; page !== undefined;) {
    const listed = await deps.tfe.runs.listOfOrganization(
      { organization, page, pageSize: PAGE_SIZE, statusGroup: 'non_final' },
      { signal: cancellationSignal() },
    );
    for (const run of listed.items) {
      const reading = toReading(run);
      const marker = readMarker(reading.message);
      if (marker?.installation !== deps.installation || isFinalRun(reading)) continue;
      found.examined += 1;
      const workflow = await deps.liveness(marker.workflowId);
      if (workflow === 'running') continue;
      found.orphans.push({
        runId: reading.id,
        organization,
        status: reading.status,
        workflowId: marker.workflowId,
        workflow,
        action: endingActionOf(reading),
      });
    }
    page = listed.nextPage;
  }
}

function endingActionOf(run: ReturnType<typeof toReading>): ReapedRun['action'] {
  if (isPastConfirmation(run)) return 'leave';
  if (run.actions.discardable) return 'discard';
  return run.actions.cancelable ? 'cancel' : 'leave';
}
