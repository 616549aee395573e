import { ensureWorkspace } from '../src/stack/first-workspace.ts';
import { ORGANIZATION, say, type BenchServers } from './bench-servers.ts';
import { measure, type Sample } from './measure.ts';
import { runPlainly } from './plain-client.ts';
import type { Report } from './report.ts';
import { runDurably } from './runwright-run.ts';
import { lastSeen, loseNextAnswerToCreate, seenAfter } from './tfe-control.ts';

const PLAIN_WITHIN_MS = 60_000;
// The plain client then waits behind the run that it does not know to be its own: long enough to see that.
const STUCK_WITHIN_MS = 15_000;

/** Approved runs, by Runwright and by a plain polling client in turn; then an answer is lost, once for each. */
export async function compare(bench: BenchServers, runs: number): Promise<Report> {
  await runwrightSample(bench, 'warm-up');
  await plainSample(bench, 'plain-warm-up');
  const runwright: (Sample & { historyEvents: number })[] = [];
  const plain: Sample[] = [];
  for (let run = 1; run <= runs; run += 1) {
    runwright.push(await runwrightSample(bench, `run-${run}`));
    plain.push(await plainSample(bench, `plain-${run}`));
    say(` ${run} of ${runs}`);
  }
  say(' an answer to POST /runs is lost, once for each');
  const lostAnswer = { runwright: await runwrightLost(bench), plain: await plainLost(bench) };
  return { at: new Date().toISOString(), machine: bench.machine, runs, runwright, plain, lostAnswer };
}

async function runwrightSample(bench: BenchServers, key: string): Promise<Sample & { historyEvents: number }> {
  await ensureWorkspace(bench.tfe, { organization: ORGANIZATION, workspace: key });
  let workflowId = '';
  const sample = await measure(bench.tfe, async () => {
    const ended = await runDurably({ ...bench, organization: ORGANIZATION, workspace: key, key });
    if (ended.ending !== 'applied') throw new Error(`${ended.workflowId} ended as ${ended.ending}`);
    ({ workflowId } = ended);
  });
  const { historyLength } = await bench.temporal.workflow.getHandle(workflowId).describe();
  return { ...sample, historyEvents: historyLength };
}

async function plainSample({ tfe, archiveFile }: BenchServers, workspace: string): Promise<Sample> {
  await ensureWorkspace(tfe, { organization: ORGANIZATION, workspace });
  return await measure(tfe, async () => {
    const run = { tfe, organization: ORGANIZATION, workspace, archive: archiveFile, withinMs: PLAIN_WITHIN_MS };
    const status = await runPlainly(run);
    if (status !== 'applied') throw new Error(`the plain client's run ended as ${status}`);
  });
}

async function runwrightLost(bench: BenchServers): Promise<Report['lostAnswer']['runwright']> {
  const workspace = 'lost-answer';
  return await withLostAnswer(bench, workspace, async () => {
    const { ending } = await runDurably({ ...bench, organization: ORGANIZATION, workspace, key: workspace });
    return ending;
  });
}

async function plainLost(bench: BenchServers): Promise<Report['lostAnswer']['plain']> {
  const workspace = 'plain-lost-answer';
  const run = { tfe: bench.tfe, organization: ORGANIZATION, workspace, archive: bench.archiveFile };
  return await withLostAnswer(bench, workspace, () => runPlainly({ ...run, withinMs: STUCK_WITHIN_MS }));
}

async function withLostAnswer({ tfe }: BenchServers, workspace: string, drive: () => Promise<string>) {
  await ensureWorkspace(tfe, { organization: ORGANIZATION, workspace });
  const before = await lastSeen(tfe);
  await loseNextAnswerToCreate(tfe);
  const since = performance.now();
  const ending = await drive();
  const seen = await seenAfter(tfe, before);
  const runs = new Set(seen.flatMap((entry) => (entry.kind === 'run-status' ? [entry.runId] : [])));
  return { ending, runsCreated: runs.size, totalMs: Math.round(performance.now() - since) };
}
