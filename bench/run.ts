import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { createFolderStore } from '../src/archive/index.ts';
import { RunwrightClient, type ArchiveRef } from '../src/client/index.ts';
import { REQUIRED_ATTRIBUTES } from '../src/client/required-attributes.ts';
import { ensureWorkspace } from '../src/stack/first-workspace.ts';
import { freePorts, startRunwrightStack } from '../src/stack/runwright-stack.ts';
import { findTemporal } from '../src/stack/temporal-program.ts';
import type { SearchAttributeType } from '../src/stack/temporal-server.ts';
import { findTerraform } from '../src/stack/terraform-program.ts';
import { measure, type Sample } from './measure.ts';
import { runPlainly } from './plain-client.ts';
import { describeReport, type Report } from './report.ts';
import { runDurably } from './runwright-run.ts';
import { lastSeen, loseNextAnswerToCreate, seenAfter, type TfeControl } from './tfe-control.ts';

/**
 * `npm run bench [-- --runs N] [--json]`: approved runs of one `terraform_data` on the local TFE, by Runwright and by a
 * plain polling client, in turn. The report is also written to .cache/bench/latest.json.
 */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10' }, json: { type: 'boolean', default: false } },
});
const RUNS = Number(values.runs);
if (!Number.isInteger(RUNS) || RUNS < 1) throw new Error(`--runs must be a whole number from 1 on, not ${values.runs}`);

const ORGANIZATION = 'bench';
const PLAIN_WITHIN_MS = 60_000;
// The plain client then waits behind the run that it does not know to be its own: long enough to see that.
const STUCK_WITHIN_MS = 15_000;
const REPORT = fileURLToPath(new URL('../.cache/bench/latest.json', import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Bench {
  readonly tfe: TfeControl;
  readonly client: RunwrightClient;
  readonly temporal: Client;
  readonly archive: ArchiveRef;
  readonly archiveFile: string;
}

const directory = await mkdtemp(join(tmpdir(), 'runwright-bench-'));
const stack = await startRunwrightStack({
  directory,
  storage: 'disk',
  environment: process.env,
  temporal: await findTemporal(process.env, say),
  terraform: await findTerraform(process.env, say),
  token: randomBytes(24).toString('base64url'),
  ports: await freePorts(),
  setup: 'left-out',
  searchAttributes: Object.fromEntries(
    REQUIRED_ATTRIBUTES.map(({ name, type }) => [name, type as SearchAttributeType]),
  ),
  onReady: ({ part, what }) => say(` ${part}: ${what}`),
});
try {
  const report = await compare(stack.tfe.engine);
  await mkdir(join(REPORT, '..'), { recursive: true });
  await writeFile(REPORT, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describeReport(report));
} finally {
  await stack.stop();
  await rm(directory, { recursive: true, force: true });
}

async function compare(engine: string): Promise<Report> {
  const { temporal: where, tfe, archiveDirectory } = stack.connections;
  const archive = await createFolderStore(archiveDirectory).put(
    fileURLToPath(new URL('one-resource', import.meta.url)),
  );
  const client = await RunwrightClient.connect({
    temporal: { address: where.address, environment: {} },
    tfeAddress: tfe.address,
  });
  const connection = await Connection.connect({ address: where.address });
  const archiveFile = join(archiveDirectory, `${archive.sha256}.tar.gz`);
  const bench: Bench = { tfe, client, temporal: new Client({ connection }), archive, archiveFile };
  try {
    await runwrightSample(bench, 'warm-up');
    await plainSample(bench, 'plain-warm-up');
    const runwright: (Sample & { historyEvents: number })[] = [];
    const plain: Sample[] = [];
    for (let run = 1; run <= RUNS; run += 1) {
      runwright.push(await runwrightSample(bench, `run-${run}`));
      plain.push(await plainSample(bench, `plain-${run}`));
      say(` ${run} of ${RUNS}`);
    }
    say(' an answer to POST /runs is lost, once for each');
    const lostAnswer = { runwright: await runwrightLost(bench), plain: await plainLost(bench) };
    const machine = `${cpus().length} CPUs, Node ${process.versions.node}, ${engine}`;
    return { at: new Date().toISOString(), machine, runs: RUNS, runwright, plain, lostAnswer };
  } finally {
    await client.close();
    await connection.close();
  }
}

async function runwrightSample(bench: Bench, key: string): Promise<Sample & { historyEvents: number }> {
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

async function plainSample({ tfe, archiveFile }: Bench, workspace: string): Promise<Sample> {
  await ensureWorkspace(tfe, { organization: ORGANIZATION, workspace });
  return await measure(tfe, async () => {
    const run = { tfe, organization: ORGANIZATION, workspace, archive: archiveFile, withinMs: PLAIN_WITHIN_MS };
    const status = await runPlainly(run);
    if (status !== 'applied') throw new Error(`the plain client's run ended as ${status}`);
  });
}

async function runwrightLost(bench: Bench): Promise<Report['lostAnswer']['runwright']> {
  const workspace = 'lost-answer';
  return await withLostAnswer(bench, workspace, async () => {
    const { ending } = await runDurably({ ...bench, organization: ORGANIZATION, workspace, key: workspace });
    return ending;
  });
}

async function plainLost(bench: Bench): Promise<Report['lostAnswer']['plain']> {
  const workspace = 'plain-lost-answer';
  const run = { tfe: bench.tfe, organization: ORGANIZATION, workspace, archive: bench.archiveFile };
  return await withLostAnswer(bench, workspace, () => runPlainly({ ...run, withinMs: STUCK_WITHIN_MS }));
}

async function withLostAnswer({ tfe }: Bench, workspace: string, drive: () => Promise<string>) {
  await ensureWorkspace(tfe, { organization: ORGANIZATION, workspace });
  const before = await lastSeen(tfe);
  await loseNextAnswerToCreate(tfe);
  const since = performance.now();
  const ending = await drive();
  const seen = await seenAfter(tfe, before);
  const runs = new Set(seen.flatMap((entry) => (entry.kind === 'run-status' ? [entry.runId] : [])));
  return { ending, runsCreated: runs.size, totalMs: Math.round(performance.now() - since) };
}
