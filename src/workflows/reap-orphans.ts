import { ActivityFailure, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import {
  activityQueuesOf,
  type Orphan,
  type ReapedRun,
  type ReapInput,
  type ReapReport,
  type UnreadOrganization,
} from '@runwright/client/contract';
import { byNamespace, type ForeignRun } from '../domain/other-namespaces.ts';
import type { RunActivities } from '../activities/index.ts';
import { settled } from './settled.ts';

// The reaper is never in a hurry. It uses the list budget, which no open request needs in its happy path. If TFE
// refuses something for a quarter of an hour, the next pass tries again.
const RETRY = { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' } as const;
const GIVEN_UP_AFTER = '15m';

/**
 * Ends the non-final runs of this installation whose workflow is gone: terminated by hand, or forgotten after
 * retention. Never touches a run without our marker, a run of another namespace, a run whose workflow lives, or an
 * apply. Looks at each run again right before it ends it. If TFE does not show an organization, the reaper reports that
 * and goes on with the others.
 */
export async function reapOrphans(input: ReapInput): Promise<ReapReport> {
  const { orphans, examined, foreign, unread } = await findAll();
  const runs: ReapedRun[] = [];
  for (const orphan of orphans) {
    runs.push(input.mode === 'dry-run' || orphan.action === 'leave' ? orphan : await end(orphan));
  }
  return { mode: input.mode, examined, runs, otherNamespaces: byNamespace(foreign), unread };
}

interface Found {
  orphans: Iterable<Orphan>;
  examined: number;
  foreign: ForeignRun[];
  unread: UnreadOrganization[];
}

/** Finds everything before it ends anything: a list that shrinks while it is read hides runs between its pages. */
async function findAll(): Promise<Found> {
  const orphans = new Map<string, Orphan>();
  const examined = new Set<string>();
  const foreign: ForeignRun[] = [];
  const unread: UnreadOrganization[] = [];
  for (const organization of await organizationsOf()) {
    try {
      await eachPage(async (page) => {
        const found = await listing().findOrphans({ organization, page });
        for (const runId of found.examined) examined.add(runId);
        foreign.push(...found.foreign);
        for (const orphan of found.orphans) orphans.set(orphan.runId, orphan);
        return found.nextPage;
      });
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      unread.push({ organization, why: error.cause?.message ?? 'the worker reported no result' });
    }
  }
  return { orphans: orphans.values(), examined: examined.size, foreign, unread };
}

async function organizationsOf(): Promise<Iterable<string>> {
  const names = new Set<string>();
  await eachPage(async (page) => {
    const { organizations, nextPage } = await listing().listOrganizations({ page });
    for (const name of organizations) names.add(name);
    return nextPage;
  });
  return names;
}

async function eachPage(read: (page: number) => Promise<number | undefined>): Promise<void> {
  for (let page: number | undefined = 1; page !== undefined;) page = await read(page);
}

async function end(orphan: Orphan): Promise<ReapedRun> {
  const { runId, workflowId } = orphan;
  const ending = await settled(acting().endOrphan({ runId, workflowId }));
  if ('answer' in ending) return { ...orphan, ...ending };
  return { ...orphan, answer: 'in-doubt', why: ending.why };
}

const listing = () =>
  proxyActivities<RunActivities>({
    taskQueue: activityQueuesOf(workflowInfo().taskQueue).list,
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: GIVEN_UP_AFTER,
    retry: RETRY,
    summary: 'GET runs: which of ours have not ended',
  });

const acting = () =>
  proxyActivities<RunActivities>({
    taskQueue: activityQueuesOf(workflowInfo().taskQueue).now,
    startToCloseTimeout: '30s',
    heartbeatTimeout: '10s',
    retry: { maximumAttempts: 1 },
    summary: 'GET run, POST discard or cancel: end a run whose workflow is gone',
  });
