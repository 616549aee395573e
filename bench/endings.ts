import { setTimeout as pause } from 'node:timers/promises';
import type { RunEnding } from '@runwright/client';
import { ensureWorkspace } from '../src/stack/first-workspace.ts';
import { ORGANIZATION, say, type BenchServers } from './bench-servers.ts';
import { HOW, type EndingSample, type EndingsReport, type How } from './endings-report.ts';
import { lastSeen, seenAfter, type RequestSeen, type StatusSeen } from './tfe-control.ts';

// The benchmark asks as the worker's user: TFE counts both together, 30 requests a second.
const REST_BETWEEN_WORKSPACES_MS = 150;
const STARTED_AT_A_TIME = 20;
// From the gate on; shorter than it takes to end the others one after another.
const EXPIRES_AFTER_MS = 60_000;
const AT_THE_GATE_WITHIN_MS = 20 * 60_000;
const LOOK_MS = 1_000;

interface Waiting {
  readonly workflowId: string;
  readonly runId: string;
}

/** How soon the end of a run is known, while so many others wait for people: `each` of them canceled, rejected and expired. */
export async function measureEndings(
  servers: BenchServers,
  { waiting, each }: { readonly waiting: number; readonly each: number },
): Promise<EndingsReport> {
  const names = Array.from({ length: waiting + HOW.length * each }, (_, index) => `ws-${index + 1}`);
  for (const workspace of names) {
    await ensureWorkspace(servers.tfe, { organization: ORGANIZATION, workspace });
    await pause(REST_BETWEEN_WORKSPACES_MS);
  }
  say(` ${names.length} workspaces`);
  const others = await start(servers, names.splice(0, waiting));
  await untilAtTheGate(servers, waiting);
  const toEnd = {
    canceled: await start(servers, names.splice(0, each)),
    rejected: await start(servers, names.splice(0, each)),
  };
  await untilAtTheGate(servers, waiting + 2 * each);
  const expiring = await start(servers, names, { approvalMs: EXPIRES_AFTER_MS });
  const expired = expiring.map(async (workflowId) => endOf(servers, workflowId, 'expired'));
  const samples: EndingSample[] = [];
  for (const how of ['canceled', 'rejected'] as const) {
    for (const workflowId of toEnd[how]) samples.push(await endOf(servers, workflowId, how));
  }
  samples.push(...(await Promise.all(expired)));
  say(' all have ended; now a look at each of the others');
  const roundMs = await aLookAtEach(servers, others);
  return { at: new Date().toISOString(), machine: servers.machine, waiting, samples, roundMs };
}

async function start(
  { client, archive }: BenchServers,
  workspaces: readonly string[],
  deadlines: { readonly approvalMs?: number } = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < workspaces.length; at += STARTED_AT_A_TIME) {
    const started = workspaces.slice(at, at + STARTED_AT_A_TIME).map((workspace) =>
      client.start({
        ...{ organization: ORGANIZATION, workspace, key: workspace, requestedBy: 'bench', deadlines },
        configuration: { kind: 'archive', archive },
      }),
    );
    ids.push(...(await Promise.all(started)).map(({ workflowId }) => workflowId));
  }
  return ids;
}

async function untilAtTheGate({ temporal }: BenchServers, wanted: number): Promise<void> {
  for (const deadline = performance.now() + AT_THE_GATE_WITHIN_MS; performance.now() < deadline; await pause(LOOK_MS)) {
    const { count } = await temporal.workflow.count(`TfePhase = "awaiting-confirmation"`);
    if (count >= wanted) return say(` ${count} runs wait for people`);
  }
  throw new Error(`not all of ${wanted} runs wait for people after ${AT_THE_GATE_WITHIN_MS / 60_000} min`);
}

/** Brings the end about, or waits for it, and asks TFE's journal when TFE's own end was. */
async function endOf(servers: BenchServers, workflowId: string, how: How): Promise<EndingSample> {
  const { client, tfe } = servers;
  const { runId } = await atTheGate(servers, workflowId);
  const before = await lastSeen(tfe);
  const askedAtMs = Date.now();
  if (how === 'canceled') await client.cancel(workflowId);
  if (how === 'rejected') await client.reject(workflowId, { runId, by: 'bench', reason: 'not today' });
  const ending = await client.result(workflowId);
  const knownAtMs = Date.now();
  if (nameOf(ending) !== how) throw new Error(`${workflowId} ended as ${nameOf(ending)}, not ${how}`);
  const seen = await seenAfter(tfe, before);
  const ended = seen.find((entry): entry is StatusSeen => entry.kind === 'run-status' && entry.runId === runId);
  if (ended === undefined) throw new Error(`TFE did not end ${runId}`);
  const requests = seen.filter((entry): entry is RequestSeen => entry.kind === 'request' && entry.path.includes(runId));
  const endedAtMs = Date.parse(ended.at);
  return {
    how,
    ...(how !== 'expired' && { askedToEndedMs: endedAtMs - askedAtMs, requests: requests.length }),
    endedToKnownMs: knownAtMs - endedAtMs,
  };
}

async function atTheGate({ client }: BenchServers, workflowId: string): Promise<Waiting> {
  for await (const { phase, runId, ending } of client.watch(workflowId)) {
    if (phase === 'awaiting-confirmation' && runId !== undefined) return { workflowId, runId };
    if (ending !== undefined) break;
  }
  throw new Error(`${workflowId} ended before it waited for people`);
}

const nameOf = (ending: RunEnding): string => (ending.kind === 'completed' ? ending.result.outcome : ending.kind);

/** How long the looks at all of them take, which an ending would wait for in their queue. */
async function aLookAtEach({ client, tfe }: BenchServers, workflowIds: readonly string[]): Promise<number> {
  const views = await Promise.all(workflowIds.map((workflowId) => client.view(workflowId)));
  const left = new Set(views.flatMap(({ runId }) => runId ?? []));
  const startedAt = performance.now();
  for (let after = await lastSeen(tfe); left.size > 0; await pause(LOOK_MS)) {
    for (const entry of await seenAfter(tfe, after)) {
      after = entry.seq;
      if (entry.kind === 'request') left.delete(entry.path.split('/').at(-1) ?? '');
    }
  }
  return Math.round(performance.now() - startedAt);
}
