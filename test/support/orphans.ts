import type { Client } from '@temporalio/client';
import { REAPER_WORKFLOW_TYPE, type ReapReport, taskQueueOf } from '@runwright/client/contract';
import type { Orchestrator } from './orchestrator.ts';
import { uniqueName } from './temporal.ts';
import { waitUntil } from './wait-until.ts';

/** One pass of the reaper, whose report is waited for. */
export async function reap(
  its: Pick<Orchestrator, 'installation'>,
  client: Client,
  mode: 'act' | 'dry-run',
): Promise<ReapReport> {
  return client.workflow.execute(REAPER_WORKFLOW_TYPE, {
    workflowId: uniqueName('reaper'),
    taskQueue: taskQueueOf(its.installation),
    args: [{ mode }],
  });
}

export type Workspace = Awaited<ReturnType<Orchestrator['workspace']>>;

export interface Orphan {
  workflowId: string;
  runId: string;
  request: Awaited<ReturnType<Orchestrator['request']>>;
}

/** A run whose workflow was terminated when it had got to the phase: no cleanup code runs then. */
export async function makeOrphan(
  its: Orchestrator,
  client: Client,
  { where, phase = 'awaiting-confirmation' }: { where?: Workspace; phase?: 'planning' | 'awaiting-confirmation' } = {},
): Promise<Orphan> {
  const request = await its.request({ ...(where && { in: where }) });
  const { workflowId } = await its.client.start(request);
  const { runId } = await its.until(workflowId, phase, (view) => view.phase === phase);
  await client.workflow.getHandle(workflowId).terminate('by hand');
  return { workflowId, runId: runId!, request };
}

export const statusOf = (its: Pick<Orchestrator, 'tfe'>, runId: string): string | undefined =>
  its.tfe.runs().find(({ id }) => id === runId)?.status;

/** Requests that asked TFE to do something with the run, in order. */
export const actsOn = (its: Pick<Orchestrator, 'tfe'>, runId: string) =>
  its.tfe.journal
    .entries({ kind: 'request' })
    .filter((entry) => entry.kind === 'request' && entry.path.includes(`/runs/${runId}/actions/`))
    .map((entry) => {
      if (entry.kind !== 'request') throw new Error('only requests were asked for');
      return { act: entry.path.split('/').at(-1), answered: entry.answered, committed: entry.committed };
    });

/** Asks TFE's API as its administrator. */
export async function postTo(
  { tfe }: Pick<Orchestrator, 'tfe'>,
  path: string,
  body: unknown,
): Promise<{ data: { id: string } }> {
  const answer = await fetch(`${tfe.address}/api/v2/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tfe.token}`, 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { data: { id: string } };
}

const LISTED_LAST = 'listed-last';

/**
 * A pass of the reaper, with something that happens after it has found its orphans and before it ends any: TFE refuses
 * the list of one more organization until then.
 */
export async function reapWith(
  its: Orchestrator,
  client: Client,
  meanwhile: () => Promise<unknown>,
): Promise<ReapReport> {
  await postTo(its, 'organizations', {
    data: { type: 'organizations', attributes: { name: LISTED_LAST, email: 'a@example.com' } },
  }).catch(() => undefined); // it is there from an earlier test
  const { id } = its.tfe.faults.add({
    match: 'GET /organizations/:organization/runs',
    path: LISTED_LAST,
    fault: 'rate-limited',
    times: null,
  });
  const pass = reap(its, client, 'act');
  const event = async (): Promise<void> => {
    try {
      await waitUntil('the orphans to be found', () => its.tfe.faults.list().find((fault) => fault.id === id)!.bit > 0);
      await meanwhile();
    } finally {
      its.tfe.faults.clear(id);
    }
  };
  const [report] = await Promise.all([pass, event()]);
  return report;
}
