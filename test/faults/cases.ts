import type { FaultName } from '../../src/local-tfe/control/faults.ts';
import type { FaultLane } from '../support/fault-lane.ts';
import { APPLIED, READ_RUN, type StartedRequest } from '../support/request-ledger.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Takes a request from its start to where it ends by itself, and lets the fault wait for its request on the way. */
export type Story = (lane: FaultLane, started: StartedRequest, arm: () => void) => Promise<unknown>;

export interface Target {
  readonly name: string;
  readonly kind: 'write' | 'wait';
  /** The route that the fault strikes. */
  readonly match: string;
  readonly story: Story;
  readonly ending: object;
  /** Runs are kept in this status from the start, until the story lets them go. */
  readonly held?: 'planning' | 'applying';
  readonly files?: Record<string, string>;
  /** A definite refusal ends a request only before it has a run. */
  readonly beforeARun?: true;
}

const REJECTED = { kind: 'completed', result: { outcome: 'rejected', status: 'discarded' } };
const CANCELED = { kind: 'canceled' };
export const REFUSED = { kind: 'failed', facts: { changed: 'nothing' } };

const approved: Story = async (lane, started, arm) => {
  arm();
  if (await endsBeforeTheGate(lane, started)) return;
  await lane.approve(started);
};

async function endsBeforeTheGate(lane: FaultLane, started: StartedRequest): Promise<boolean> {
  const look = async () => {
    const { phase, workflowState } = await lane.client.view(started.workflowId);
    if (workflowState !== 'running') return 'ended';
    return phase === 'awaiting-confirmation' && 'gate';
  };
  return (await waitUntil(`gate or end of ${started.workflowId}`, look, { withinMs: 60_000 })) === 'ended';
}

const HELD_BY_A_POLICY = {
  'main.tf': 'resource "terraform_data" "one" {\n  input = "hello"\n}\n',
  'local-tfe.json': JSON.stringify({
    policies: [{ name: 'careful', enforcement: 'soft-mandatory', result: 'failed' }],
  }),
};

/** A person overrides, and once more only where TFE refused it: what was in doubt is handed over again without them. */
async function overrideUntilTaken(lane: FaultLane, started: StartedRequest): Promise<void> {
  for (let sent = 0; ; sent += 1) {
    const { phase, runId } = await lane.until(
      started,
      sent === 0 ? 'the policy' : 'the override to be taken or refused',
      ({ phase: now, waitingFor, warnings, approval }) =>
        now === 'awaiting-confirmation' ||
        (now === 'awaiting-override' &&
          waitingFor === 'people to decide' &&
          approval.decisions.length === sent &&
          (sent === 0 || warnings.length > 0)),
    );
    if (phase === 'awaiting-confirmation') return;
    await lane.temporal.workflow.getHandle(started.workflowId).signal('override', { runId, by: 'olga' });
  }
}

/** Each write, and each wait at the phase in which the request waits. */
export const TARGETS: readonly Target[] = [
  {
    name: 'create configuration version',
    kind: 'write',
    match: 'POST /workspaces/:workspace_id/configuration-versions',
    story: approved,
    ending: APPLIED,
    beforeARun: true,
  },
  { name: 'upload', kind: 'write', match: 'PUT /_archivist/v1/upload/:token', story: approved, ending: APPLIED },
  { name: 'create run', kind: 'write', match: 'POST /runs', story: approved, ending: APPLIED, beforeARun: true },
  { name: 'apply', kind: 'write', match: 'POST /runs/:run_id/actions/apply', story: approved, ending: APPLIED },
  {
    name: 'override',
    kind: 'write',
    match: 'POST /policy-checks/:policy_check_id/actions/override',
    files: HELD_BY_A_POLICY,
    story: async (lane, started, arm) => {
      arm();
      await overrideUntilTaken(lane, started);
      await lane.approve(started);
    },
    ending: APPLIED,
  },
  {
    name: 'discard',
    kind: 'write',
    match: 'POST /runs/:run_id/actions/discard',
    story: async (lane, started, arm) => {
      arm();
      await lane.reject(started);
    },
    ending: REJECTED,
  },
  {
    name: 'cancel',
    kind: 'write',
    match: 'POST /runs/:run_id/actions/cancel',
    held: 'planning',
    story: async (lane, started, arm) => {
      arm();
      // A run at rest is discarded instead.
      await lane.until(started, 'the run', ({ runId }) => runId !== undefined);
      await waitUntil('the plan', () => lane.runsOf(started)[0]?.status === 'planning');
      await lane.cancel(started);
    },
    ending: CANCELED,
  },
  {
    name: 'wait for the upload to be processed',
    kind: 'wait',
    match: 'GET /configuration-versions/:configuration_version_id',
    story: approved,
    ending: APPLIED,
  },
  {
    name: 'look-up of a lost run',
    kind: 'wait',
    match: 'GET /workspaces/:workspace_id/runs',
    story: async (lane, started, arm) => {
      lane.tfe.faults.add({ match: 'POST /runs', fault: 'drop-after-commit' });
      await approved(lane, started, arm);
    },
    ending: APPLIED,
  },
  { name: 'wait for the plan', kind: 'wait', match: READ_RUN, story: approved, ending: APPLIED },
  {
    name: 'wait for people',
    kind: 'wait',
    match: READ_RUN,
    story: async (lane, started, arm) => {
      await lane.gate(started);
      arm();
      await untilStruck(lane);
      await lane.approve(started);
    },
    ending: APPLIED,
  },
  {
    name: 'wait for the apply',
    kind: 'wait',
    match: READ_RUN,
    held: 'applying',
    story: async (lane, started, arm) => {
      await lane.approve(started);
      await lane.until(started, 'the apply', ({ phase }) => phase === 'applying');
      arm();
      await untilStruck(lane);
      lane.tfe.holds.release();
    },
    ending: APPLIED,
  },
];

const untilStruck = (lane: FaultLane) =>
  waitUntil('the fault to strike', () => lane.tfe.faults.list().some(({ bit }) => bit > 0), { withinMs: 30_000 });

const OF_BOTH: readonly FaultName[] = [
  'drop-before-commit',
  'reset-before-commit',
  'silence-before-commit',
  'error-before-commit',
  'half-body',
  'rate-limited',
  'rate-limited-html',
  'not-found',
  'token-revoked',
  'slow',
];
const OF_WRITES: readonly FaultName[] = [
  'drop-after-commit',
  'reset-after-commit',
  'silence-after-commit',
  'error-after-commit',
  'late-commit',
];

/** Faults after which nothing was done, and which say so for good. */
export const REFUSALS: readonly FaultName[] = ['not-found', 'token-revoked'];

export interface Case {
  readonly target: Target;
  readonly fault: FaultName;
  readonly worker: 'lives' | 'killed';
}

/** Everything with everything: {each write and wait} × {each fault} × {worker killed when it strikes, or not}. */
export const ALL_CASES: readonly Case[] = TARGETS.flatMap((target) => {
  const own: FaultName[] = [];
  if (target.kind === 'write') own.push(...OF_WRITES);
  if (target.match.includes('/actions/')) own.push('stale-reads');
  if (target.name === 'look-up of a lost run') own.push('list-lag');
  return [...OF_BOTH, ...own].flatMap((fault) =>
    (['lives', 'killed'] as const).map((worker) => ({ target, fault, worker })),
  );
});

// Measured on two busy CPUs: a killed worker is noticed after its heartbeat timeout of 10 s.
const SECONDS = { lives: 6, killed: 22 } as const;

/** `seed/minutes`, e.g. `20260131/4`: as many cases as fit, another choice for each seed. `undefined`: all of them. */
export function casesOf(slice: string | undefined, lanes: number): readonly Case[] {
  if (slice === undefined) return ALL_CASES;
  const [seed = Number.NaN, minutes = Number.NaN] = slice.split('/').map(Number);
  if (!Number.isInteger(seed) || !(minutes > 0)) throw new Error(`a slice is SEED/MINUTES, not ${slice}`);
  let left = minutes * 60 * lanes;
  const random = seededRandom(seed);
  return random.shuffled(ALL_CASES).filter(({ worker }) => (left -= SECONDS[worker]) >= 0);
}
