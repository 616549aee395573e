import { setTimeout as pause } from 'node:timers/promises';
import type { RunwrightClient } from '@runwright/client';
import type { FaultName } from '../../packages/local-tfe/src/control/faults.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { Asked } from './asked.ts';
import type { ChaosServers } from './servers.ts';
import type { TfeWitness } from './tfe-witness.ts';

const STRUCK = [
  'POST /workspaces/:workspace_id/configuration-versions',
  'PUT /_archivist/v1/upload/:token',
  'POST /runs',
  'POST /runs',
  'POST /runs/:run_id/actions/apply',
  'POST /runs/:run_id/actions/apply',
  'POST /runs/:run_id/actions/discard',
  'POST /runs/:run_id/actions/cancel',
  'GET /runs/:run_id',
  'GET /workspaces/:workspace_id/runs',
  'GET /configuration-versions/:configuration_version_id',
];

const FAULTS: readonly FaultName[] = [
  'drop-before-commit',
  'drop-after-commit',
  'drop-after-commit',
  'half-body',
  'reset-before-commit',
  'reset-after-commit',
  'silence-after-commit',
  'late-commit',
  'error-before-commit',
  'error-after-commit',
  'rate-limited',
  'rate-limited-html',
  'slow',
];

// Read-after-write lag, where it can be: reads of runs and lists, never "your token is wrong" for a create.
const LAGS: readonly { readonly match: string; readonly fault: FaultName }[] = [
  { match: 'GET /runs/:run_id', fault: 'not-found' },
  { match: 'GET /runs/:run_id', fault: 'token-revoked' },
  { match: 'POST /runs/:run_id/actions/apply', fault: 'token-revoked' },
  { match: 'POST /runs/:run_id/actions/apply', fault: 'stale-reads' },
  { match: 'GET /workspaces/:workspace_id/runs', fault: 'list-lag' },
];

// The commit window of these requests is 2 s, and a look-up may come soon after it.
const LATER_THAN_THE_WINDOW_MS = 6_000;

export interface Mischief {
  readonly faults: number;
  readonly crashes: Readonly<Record<'worker' | 'Temporal' | 'TFE', number>>;
  readonly outages: number;
  readonly peopleActing: number;
  readonly pauses: number;
  readonly passesOfTheReaper: number;
}

export interface MischiefOptions {
  readonly random: SeededRandom;
  readonly servers: ChaosServers;
  readonly client: RunwrightClient;
  readonly asked: Asked;
  readonly witness: TfeWitness;
  readonly workspaceIds: readonly string[];
  readonly isOver: () => boolean;
}

/** Does one thing after another, in an order that the seed alone decides, until it is over. */
export async function makeMischief(options: MischiefOptions): Promise<Mischief> {
  const { random, servers, client, asked, witness, workspaceIds, isOver } = options;
  const done = {
    faults: 0,
    crashes: { worker: 0, Temporal: 0, TFE: 0 },
    outages: 0,
    peopleActing: 0,
    pauses: 0,
    passesOfTheReaper: 0,
  };
  while (!isOver()) {
    const dice = random.below(100);
    if (dice < 52) {
      await witness.tell('/faults', faultOf(random));
      done.faults += 1;
    } else if (dice < 55) {
      await witness.tell('/faults', { match: 'POST /runs', fault: 'late-commit', ms: LATER_THAN_THE_WINDOW_MS });
      done.faults += 1;
    } else if (dice < 68) {
      await witness.tell('/faults', { ...random.pick(LAGS), ms: 1_000, times: 1 + random.below(2) });
      done.faults += 1;
    } else if (dice < 72) {
      if (await asked.isTaken(pauseForAMoment(client, random, asked))) done.pauses += 1;
    } else if (dice < 76) {
      if (await asked.isTaken(client.reap({ mode: 'act' }))) done.passesOfTheReaper += 1;
    } else if (dice < 82) {
      await witness.tell('/people', {
        as: 'mallory',
        act: random.pick(['confirm', 'discard', 'cancel']),
        when: random.pick(['confirmable', 'confirmable', 'planning', 'pending', 'applying']),
        workspace: random.pick(workspaceIds),
      });
      done.peopleActing += 1;
    } else if (dice < 86) {
      await witness.tell('/outage', { ms: 500 + random.below(3_000) });
      done.outages += 1;
    } else {
      const what = random.pick(['worker', 'worker', 'worker', 'TFE', 'Temporal'] as const);
      await servers.crash(what);
      done.crashes[what] += 1;
    }
    await pause(300 + random.below(1_200));
  }
  return done;
}

const PAUSE = { scope: { kind: 'installation' }, by: 'olga' } as const;

async function pauseForAMoment(client: RunwrightClient, random: SeededRandom, asked: Asked): Promise<void> {
  await client.pause(PAUSE);
  await pause(1_000 + random.below(3_000));
  await insistOnResuming(client, asked);
}

/** Nothing may stay paused because Temporal was away. */
export async function insistOnResuming(client: RunwrightClient, asked: Asked): Promise<void> {
  while (!(await asked.isTaken(client.resume(PAUSE)))) await pause(300);
}

const faultOf = (random: SeededRandom): object => ({
  match: random.pick(STRUCK),
  fault: random.pick(FAULTS),
  status: random.pick([500, 502, 503]),
  // Shorter than the commit window of these requests; what lands later than that has a place of its own.
  ms: 100 + random.below(1_000),
  times: 1 + random.below(2),
});

// What a client that repeats what failed is made for; all else would only show that it gives up at once.
const SIMPLE_FAULTS = FAULTS.filter((fault) => /^(drop|reset|error)-/.test(fault));
const SIMPLE_STRUCK = ['POST /runs', 'POST /runs/:run_id/actions/apply', 'GET /runs/:run_id'];

/** Only what TFE and the network do to single answers: for a client that has no worker to be killed. */
export async function makeFaults({
  random,
  witness,
  isOver,
}: Omit<MischiefOptions, 'servers' | 'client' | 'asked' | 'workspaceIds'>) {
  let faults = 0;
  while (!isOver()) {
    const [match, fault] = [random.pick(SIMPLE_STRUCK), random.pick(SIMPLE_FAULTS)];
    await witness.tell('/faults', { match, fault, status: random.pick([500, 502, 503]) });
    faults += 1;
    await pause(300 + random.below(1_200));
  }
  return faults;
}
