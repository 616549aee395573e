import { setTimeout as pause } from 'node:timers/promises';
import type { RunEnding } from '@runwright/client';
import type { FaultLane } from '../../support/fault-lane.ts';
import type { StartedRequest } from '../../support/request-ledger.ts';

const LOOK_MS = 100;
const WITHIN_MS = 120_000;

/**
 * Takes a request to its end from wherever it is: people approve each run that waits for them, once, whatever was sent
 * before. A request that was canceled or rejected must withstand that.
 */
export async function driveOn(lane: FaultLane, started: StartedRequest): Promise<void> {
  const decided = new Set<string>();
  lane.tfe.holds.release();
  for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline; await pause(LOOK_MS)) {
    const { workflowState, phase, runId, waitingFor } = await lane.client.view(started.workflowId);
    if (workflowState !== 'running') return;
    if (runId === undefined || decided.has(`${runId} ${phase}`)) continue;
    if (phase === 'awaiting-confirmation') {
      decided.add(`${runId} ${phase}`);
      await lane.note('approve', started, runId).catch(() => undefined); // it may end meanwhile
    }
    if (phase === 'awaiting-override' && waitingFor === 'people to decide') {
      decided.add(`${runId} ${phase}`);
      const handle = lane.temporal.workflow.getHandle(started.workflowId);
      await handle.signal('override', { runId, by: 'olga' }).catch(() => undefined);
    }
  }
  throw new Error(`${started.workflowId} does not end: ${JSON.stringify(await lane.client.view(started.workflowId))}`);
}

/** An outcome, a failure type, or how it ended else. */
export function endingName(ending: RunEnding): string {
  if (ending.kind === 'completed') return ending.result.outcome;
  return ending.kind === 'failed' ? ending.type : ending.kind;
}
