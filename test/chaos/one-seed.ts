import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { RunwrightClient } from '@runwright/client';
import { createFolderStore } from '@runwright/client/archive';
import { violationsOf } from '../support/invariants.ts';
import { breach, type DecisionSent, type Violation } from '../support/invariants/evidence.ts';
import { readExecutions } from '../support/invariants/read-executions.ts';
import { isFinal, requestOfRun } from '../support/invariants/runs-of.ts';
import { packFiles } from '../support/pack-files.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { Asked } from './asked.ts';
import { makeWorkspace } from './make-workspace.ts';
import { insistOnResuming, makeMischief } from './mischief.ts';
import { runPlainClients } from './plain-clients.ts';
import type { ChaosOutcome } from './report.ts';
import { driveRequest, type DrivenRequest, type Driving } from './requests.ts';
import type { ChaosServers } from './servers.ts';
import { witnessOf, type RunOfWorkspace, type TfeWitness } from './tfe-witness.ts';
import { PLANTED } from './wanted.ts';

export interface ChaosWanted {
  readonly seed: number;
  readonly runs: number;
  /** Of mischief; then everything must end by itself. */
  readonly minutes: number;
  /** For the plain client beside it. */
  readonly plain: number;
  readonly say: (line: string) => void;
}

const ORGANIZATION = 'chaos';
const WORKSPACES = 12;
const OPEN_AT_A_TIME = 16;
// After the last fault everything must end by itself: a queue of runs behind each other, a dead worker's timeouts.
const CALM_MS = 5 * 60_000;
// As its schedule does, but sooner: what a terminated request leaves holds the workspace until then.
const REAP_EVERY_MS = 15_000;

/** Requests, mischief and what came of them, for one seed. */
export async function wreakHavoc(servers: ChaosServers, wanted: ChaosWanted): Promise<ChaosOutcome> {
  const { seed, minutes } = wanted;
  const { tfe, temporal, archiveDirectory, installation } = servers.connections;
  const startedAt = performance.now();
  const witness = witnessOf(tfe);
  const workspaces = Array.from({ length: WORKSPACES }, (_, index) => `ws-${index + 1}`);
  for (const workspace of workspaces) await makeWorkspace(tfe, { organization: ORGANIZATION, workspace });
  const store = createFolderStore(archiveDirectory);
  const connection = await Connection.connect({ address: temporal.address });
  const temporalClient = new Client({ connection });
  const client = RunwrightClient.fromTemporalClient(temporalClient, {
    tfeAddress: tfe.address,
    ...(installation !== undefined && { installation }),
  });
  const asked = new Asked();
  const noted: DecisionSent[] = [];
  const endOfMischief = startedAt + minutes * 60_000;
  const state = { isOver: false };
  const mischief = makeMischief({
    ...{ random: seededRandom(seed), servers, client, asked, witness },
    workspaceIds: await workspaceIdsOf(tfe, workspaces),
    isOver: () => state.isOver || performance.now() > endOfMischief,
  });
  const driving = driveAll(
    {
      ...{ client, temporal: temporalClient, organization: ORGANIZATION, workspaces, noted },
      pack: (files) => packFiles(store, files),
      deadline: endOfMischief + CALM_MS,
    },
    wanted,
  );
  // The mischief ends with its time or with the last request, whichever is first; then nothing may stay open.
  void driving.finally(() => (state.isOver = true));
  const requests = reapMeanwhile(client, { asked, driving });
  const done = await mischief;
  await witness.calmDown();
  await insistOnResuming(client, asked);
  const driven = await requests;
  await client.reap({ mode: 'act' });
  await untilAllFinal(witness);
  const [journal, found] = [await witness.journal(), await witness.runs(ORGANIZATION)];
  const ids = driven.map(({ workflowId }) => workflowId);
  const secrets = { 'the token': tfe.token, 'a signed URL': '/_archivist/v1/', 'the planted output': PLANTED };
  const executions = await readExecutions(temporalClient, ids, secrets);
  await asked.areAnswered();
  await connection.close();
  const evidence = {
    ...{ journal, runs: found },
    requests: driven.map(({ workflowId, operation }) => ({
      ...{ workflowId, noted, mustHaveEnded: true, isIncomplete: operation === 'delete, same key again' },
      executions: executions.get(workflowId) ?? [],
    })),
  };
  const violations = [...violationsOf(evidence), ...unseen(driven), ...left(found), ...leakedIn(servers.logs, secrets)];
  const plain = await comparison(wanted, { tfe, witness, archiveDirectory });
  const tookMinutes = (performance.now() - startedAt) / 60_000;
  return {
    ...{ seed, minutes: tookMinutes, requests: driven, runs: found, journal, violations },
    mischief: done,
    plain,
  };
}

/** I6, also where Temporal has forgotten a life of the request. */
const unseen = (driven: readonly DrivenRequest[]): Violation[] =>
  driven
    .filter(({ ending }) => ending === undefined)
    .map(({ workflowId, operation }) => breach('I6', workflowId, `its caller saw no end (operator: ${operation})`));

/** I1, I3: whatever was terminated or came late, the reaper has ended it. */
const left = (runs: readonly RunOfWorkspace[]): Violation[] =>
  runs
    .filter((run) => requestOfRun(run) !== undefined && !isFinal(run))
    .map(({ id, status }) => breach('I1', id, `it is left ${status}, also after the reaper`));

/** I4, in what the processes wrote. */
const leakedIn = (logs: string, secrets: Readonly<Record<string, string>>): Violation[] =>
  readdirSync(logs)
    .filter((name) => name.startsWith('worker'))
    .flatMap((name) => {
      const text = readFileSync(join(logs, name), 'utf8');
      return Object.entries(secrets).flatMap(([what, secret]) =>
        text.includes(secret) ? [breach('I4', name, `the log holds ${what}`)] : [],
      );
    });

async function driveAll(driving: Omit<Driving, 'random'>, { seed, runs, say }: ChaosWanted): Promise<DrivenRequest[]> {
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

async function reapMeanwhile<T>(
  client: RunwrightClient,
  { asked, driving }: { readonly asked: Asked; readonly driving: Promise<T> },
): Promise<T> {
  for (;;) {
    const done = await Promise.race([driving.then((value) => ({ value })), pause(REAP_EVERY_MS)]);
    if (done !== undefined) return done.value;
    // Temporal or the worker may be away.
    await asked.isTaken(client.reap({ mode: 'act' }), REAP_EVERY_MS);
  }
}

const FINAL_WITHIN_MS = 60_000;

/** What was asked to end takes a moment; what is left after that is a breach. */
async function untilAllFinal(witness: TfeWitness): Promise<void> {
  for (const deadline = performance.now() + FINAL_WITHIN_MS; performance.now() < deadline; await pause(500)) {
    if (left(await witness.runs(ORGANIZATION)).length === 0) return;
  }
}

async function comparison(
  { plain, seed }: ChaosWanted,
  {
    tfe,
    witness,
    archiveDirectory,
  }: { tfe: { address: string; token: string }; witness: TfeWitness; archiveDirectory: string },
) {
  if (plain === 0) return undefined;
  const files = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "plain"\n}\n' };
  const { sha256 } = await packFiles(createFolderStore(archiveDirectory), files);
  const archiveFile = join(archiveDirectory, `${sha256}.tar.gz`);
  return await runPlainClients({ tfe, witness, random: seededRandom(seed), archiveFile, runs: plain });
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
