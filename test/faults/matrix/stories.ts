import type { FaultLane } from '../../support/fault-lane.ts';
import type { StartedRequest } from '../../support/request-ledger.ts';
import { resetTo, workflowTasksOf } from '../../support/reset-workflow.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** What strikes: a fault that waits for its request, or a worker that dies at it. */
export interface Trap {
  /** From now on it may strike; what was armed before stays so. */
  arm(): Promise<void>;
  hasStruck(): Promise<void>;
}

/** Takes a request from its start to where it ends by itself, and arms the trap on the way. */
export type Story = (lane: FaultLane, started: StartedRequest, trap: Trap) => Promise<unknown>;

export const approved: Story = async (lane, started, trap) => {
  await trap.arm();
  if (await endsBeforeTheGate(lane, started)) return;
  await lane.approve(started);
};

export const rejected: Story = async (lane, started, trap) => {
  await trap.arm();
  await lane.reject(started);
};

export const canceledWhilePlanning: Story = async (lane, started, trap) => {
  await trap.arm();
  // A run at rest is discarded instead.
  await lane.until(started, 'the run', ({ runId }) => runId !== undefined);
  await waitUntil('the plan', () => lane.runsOf(started)[0]?.status === 'planning');
  await lane.cancel(started);
};

export const approvedAfterALostCreate: Story = async (lane, started, trap) => {
  lane.tfe.faults.add({ match: 'POST /runs', fault: 'drop-after-commit' });
  await approved(lane, started, trap);
};

export const overridden: Story = async (lane, started, trap) => {
  await trap.arm();
  await overrideUntilTaken(lane, started);
  await lane.approve(started);
};

export const approvedLate: Story = async (lane, started, trap) => {
  await lane.gate(started);
  await trap.arm();
  await trap.hasStruck();
  await lane.approve(started);
};

export const appliedLong: Story = async (lane, started, trap) => {
  await lane.approve(started);
  await lane.until(started, 'the apply', ({ phase }) => phase === 'applying');
  await trap.arm();
  await trap.hasStruck();
  lane.tfe.holds.release();
};

export const queuedLong: Story = async (lane, started, trap) => {
  await trap.arm();
  await lane.until(started, 'the queue', ({ phase }) => phase === 'queued');
  await trap.hasStruck();
  lane.tfe.holds.release();
  await lane.approve(started);
};

export const failed: Story = (_lane, _started, trap) => trap.arm();

/** A workflow that has forgotten its apply finds the run confirmed, and asks TFE by whom. */
export const resetWhileApplied: Story = async (lane, started, trap) => {
  await lane.approve(started);
  await lane.until(started, 'the apply', ({ phase }) => phase === 'applying');
  await trap.arm();
  const [{ runId }, [first]] = await Promise.all([
    lane.temporal.workflow.getHandle(started.workflowId).describe(),
    workflowTasksOf(lane.temporal, started.workflowId),
  ]);
  await resetTo(lane.temporal, { workflowId: started.workflowId, runId, point: first! });
  await lane.until(started, 'the apply again', ({ phase }) => phase === 'applying');
  lane.tfe.holds.release();
};

async function endsBeforeTheGate(lane: FaultLane, started: StartedRequest): Promise<boolean> {
  const look = async () => {
    const { phase, workflowState } = await lane.client.view(started.workflowId);
    if (workflowState !== 'running') return 'ended';
    return phase === 'awaiting-confirmation' && 'gate';
  };
  return (await waitUntil(`gate or end of ${started.workflowId}`, look, { withinMs: 60_000 })) === 'ended';
}

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
