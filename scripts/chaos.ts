import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { createFolderStore } from '../src/archive/index.ts';
import { RunwrightClient } from '../src/client/index.ts';
import { makeWorkspace } from './chaos/make-workspace.ts';
import { packFiles } from '../test/support/pack-files.ts';
import { violationsOf } from '../test/support/invariants.ts';
import type { DecisionSent } from '../test/support/invariants/evidence.ts';
import { readExecutions } from '../test/support/invariants/read-executions.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { makeMischief } from './chaos/mischief.ts';
import { runPlainClients } from './chaos/plain-clients.ts';
import { describeChaos, type ChaosOutcome } from './chaos/report.ts';
import { driveRequest, type DrivenRequest, type Driving } from './chaos/requests.ts';
import { startChaosServers, type ChaosServers } from './chaos/servers.ts';
import { witnessOf } from './chaos/tfe-witness.ts';

/**
 * `npm run chaos [-- --runs N --seed N --minutes M --plain N]`: requests from a seed, while faults strike, people act in
 * TFE, and workers, Temporal and TFE are killed. Ends with a table of invariants and counts; exit code 1 on any violation.
 * The order of all decisions comes from the seed; what meets what on the way depends on the machine.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    plain: { type: 'string', default: '20' },
  },
});
const [runs, seed, minutes, plain] = [values.runs, values.seed, values.minutes, values.plain].map(Number) as [
  number,
  number,
  number,
  number,
];
const ORGANIZATION = 'chaos';
const WORKSPACES = 12;
const OPEN_AT_A_TIME = 16;
// After the last fault everything must end by itself: a queue of runs behind each other, a dead worker's timeouts.
const CALM_MS = 5 * 60_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const directory = await mkdtemp(join(tmpdir(), 'runwright-chaos-'));
const servers = await startChaosServers(directory, say);
try {
  const outcome = await wreakHavoc(servers);
  process.stdout.write(`${describeChaos(outcome)}\n`);
  process.exitCode = outcome.violations.length > 0 ? 1 : 0;
} finally {
  await servers.stop();
  if (process.exitCode === 0) await rm(directory, { recursive: true, force: true });
  else say(`what is left of it: ${directory}`);
}

async function wreakHavoc({ connections, ...rest }: ChaosServers): Promise<ChaosOutcome> {
  const { tfe, temporal, archiveDirectory, installation } = connections;
  const startedAt = performance.now();
  const witness = witnessOf(tfe);
  const workspaces = Array.from({ length: WORKSPACES }, (_, index) => `ws-${index + 1}`);
  for (const workspace of workspaces) await makeWorkspace(tfe, { organization: ORGANIZATION, workspace });
  const store = createFolderStore(archiveDirectory);
  const pack = (key: string) =>
    packFiles(store, { 'main.tf': `resource "terraform_data" "one" {\n  input = "${key}"\n}\n` });
  const connection = await Connection.connect({ address: temporal.address });
  const temporalClient = new Client({ connection });
  const client = RunwrightClient.fromTemporalClient(temporalClient, {
    tfeAddress: tfe.address,
    ...(installation !== undefined && { installation }),
  });
  const noted: DecisionSent[] = [];
  const endOfMischief = startedAt + minutes * 60_000;
  const driving: Omit<Driving, 'random'> = {
    ...{ client, pack, organization: ORGANIZATION, workspaces, noted },
    deadline: endOfMischief + CALM_MS,
  };
  const state = { isOver: false };
  const mischief = makeMischief({
    random: seededRandom(seed),
    servers: { connections, ...rest },
    witness,
    workspaceIds: await workspaceIdsOf(tfe, workspaces),
    isOver: () => state.isOver || performance.now() > endOfMischief,
  });
  const requests = driveAll(driving);
  // The mischief ends with its time or with the last request, whichever is first; then nothing may stay open.
  void requests.finally(() => (state.isOver = true));
  const done = await mischief;
  await witness.calmDown();
  const driven = await requests;
  const journal = await witness.journal();
  const found = await witness.runs(ORGANIZATION);
  const executions = await readExecutions(
    temporalClient,
    driven.map(({ workflowId }) => workflowId),
    { 'the token': tfe.token, 'a signed URL': '/_archivist/v1/' },
  );
  const violations = violationsOf({
    journal,
    runs: found,
    requests: driven.map(({ workflowId }) => ({
      ...{ workflowId, noted, mustHaveEnded: true },
      executions: executions.get(workflowId) ?? [],
    })),
  });
  await connection.close();
  const archiveFile = join(archiveDirectory, `${(await pack('plain')).sha256}.tar.gz`);
  const plainOutcome =
    plain > 0
      ? await runPlainClients({ tfe, witness, random: seededRandom(seed), archiveFile, runs: plain })
      : undefined;
  const tookMinutes = (performance.now() - startedAt) / 60_000;
  return {
    ...{ seed, minutes: tookMinutes, requests: driven, runs: found, journal, violations },
    mischief: done,
    plain: plainOutcome,
  };
}

async function driveAll(driving: Omit<Driving, 'random'>): Promise<DrivenRequest[]> {
  const driven: DrivenRequest[] = [];
  let next = 1;
  const oneAfterAnother = async (): Promise<void> => {
    while (next <= runs) {
      const number = next++;
      // A generator of its own, so that what one request decides does not hang on the order of the others.
      driven.push(await driveRequest(`key-${number}`, { ...driving, random: seededRandom(seed * 10_000 + number) }));
      if (driven.length % 10 === 0) say(` ${driven.length} of ${runs} requests have ended`);
    }
  };
  await Promise.all(Array.from({ length: OPEN_AT_A_TIME }, oneAfterAnother));
  return driven;
}

async function workspaceIdsOf({ address, token }: { address: string; token: string }, names: readonly string[]) {
  const ids = names.map(async (name) => {
    const answer = await fetch(`${address}/api/v2/organizations/${ORGANIZATION}/workspaces/${name}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await answer.json()) as { data: { id: string } }).data.id;
  });
  return await Promise.all(ids);
}
