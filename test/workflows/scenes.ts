import { afterEach } from '@jest/globals';
import type { Orchestrator, RequestForTests } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

// Where the tests of doubts, endings and second runs begin, and what TFE has seen since.

export const CREATE = 'POST /runs';
export const LIST = 'GET /workspaces/:workspace_id/runs';
export const READ = 'GET /runs/:run_id';
export const APPLY = 'POST /runs/:run_id/actions/apply';
export const DISCARD = 'POST /runs/:run_id/actions/discard';
export const CANCEL = 'POST /runs/:run_id/actions/cancel';
export const HOUR_SECONDS = 3_600;

/** After each test of the file TFE is as it was before. */
export function undoAfterEach(orchestrator: () => Promise<Orchestrator>): void {
  afterEach(async () => {
    const { tfe } = await orchestrator();
    tfe.faults.clear();
    tfe.holds.release();
  });
}

export const statusOf = (its: Orchestrator, runId: string) => its.tfe.runs().find(({ id }) => id === runId)?.status;

/** The routes of all requests about a run, in the order in which TFE got them. */
export const requestsAbout = (its: Orchestrator, runId: string): string[] =>
  its.tfe.journal
    .entries({ kind: 'request' })
    .filter((entry) => entry.kind === 'request')
    .filter(({ path }) => path.includes(runId))
    .map(({ route }) => route);

export const sent = (its: Orchestrator, route: string, runId: string): number =>
  requestsAbout(its, runId).filter((of) => of === route).length;

export const silentList = (its: Orchestrator): { id: string } =>
  its.tfe.faults.add({ match: LIST, fault: 'error-before-commit', times: null });

export async function atTheGate(its: Orchestrator, options: RequestForTests = {}) {
  const { workflowId } = await its.client.start(await its.request(options));
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  return { workflowId, runId: runId! };
}

/** At the gate, with a run that was looked up. */
export async function atTheGateInDoubt(its: Orchestrator, options: RequestForTests = {}) {
  its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
  return await atTheGate(its, options);
}

/** A request made its run by a lost answer, which is not listed yet, and so made another one. */
export async function withLostRun(its: Orchestrator, options: RequestForTests = {}) {
  const where = await its.workspace();
  return await withLostRunIn(its, where, options);
}

/** The same in a workspace that is there already. */
export async function withLostRunIn(
  its: Orchestrator,
  where: { organization: string; workspace: string; id: string },
  options: RequestForTests = {},
) {
  its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
  const lag = its.tfe.faults.add({ match: LIST, fault: 'list-lag', ms: 60_000, times: null });
  const before = new Set(its.tfe.runs().map(({ id }) => id));
  const { workflowId } = await its.client.start(await its.request({ in: where, ...options }));
  const { runId: own } = await its.until(workflowId, 'the second run', ({ runId }) => runId !== undefined);
  const { id: lost } = its.tfe
    .runs()
    .find(({ id, workspaceId }) => workspaceId === where.id && id !== own && !before.has(id))!;
  const until = (runId: string, status: string) =>
    waitUntil(`${runId} to be ${status}`, () => statusOf(its, runId) === status);
  return { workflowId, own: own!, lost, until, listAll: () => its.tfe.faults.clear(lag.id) };
}
