import { setTimeout as pause } from 'node:timers/promises';
import type { ArchiveRef, RunEnding, RunwrightClient } from '../../src/client/index.ts';
import type { DecisionSent } from '../../test/support/invariants/evidence.ts';
import type { SeededRandom } from '../../test/support/seeded-random.ts';

/** What people mean to do with a request. */
type Intent = 'approve' | 'reject' | 'cancel' | 'say nothing';

export interface DrivenRequest {
  readonly workflowId: string;
  readonly intent: Intent;
  readonly ending: RunEnding | undefined;
  readonly warnings: readonly string[];
}

export interface Driving {
  readonly client: RunwrightClient;
  readonly random: SeededRandom;
  /** The configuration of a request: another one for each key, so that there is something to apply. */
  readonly pack: (key: string) => Promise<ArchiveRef>;
  readonly organization: string;
  readonly workspaces: readonly string[];
  /** All that was sent, written down before it is. */
  readonly noted: DecisionSent[];
  /** Absolute, of `performance.now()`: a request that is open then has not ended. */
  readonly deadline: number;
}

const LOOK_MS = 400;
const INTENTS: readonly Intent[] = [
  'approve',
  'approve',
  'approve',
  'approve',
  'approve',
  'approve',
  'reject',
  'cancel',
  'say nothing',
];

/** Starts one request and acts on it as its people mean to, however often that must be tried; to its end. */
export async function driveRequest(key: string, driving: Driving): Promise<DrivenRequest> {
  const { client, random, pack, organization, workspaces, deadline } = driving;
  const intent = random.pick(INTENTS);
  const cancelAfterMs = random.below(6_000);
  const startedAt = performance.now();
  const input = {
    key,
    organization,
    workspace: random.pick(workspaces),
    requestedBy: 'ana',
    configuration: { kind: 'archive', archive: await pack(key) } as const,
    deadlines: { approvalMs: intent === 'say nothing' ? 5_000 : 10 * 60_000 },
    timing: {
      commitWindowMs: 2_000,
      pollMinMs: 300,
      pollWorkingMaxMs: 1_000,
      pollPeopleMaxMs: 1_500,
      pollRefusedMs: 1_000,
      cleanupMs: 5 * 60_000,
      actionSettlesMs: 3_000,
    },
  };
  const workflowId = await insist(deadline, async () => (await client.start(input)).workflowId);
  let isDone: 'yes' | 'no' = 'no';
  for (;;) {
    const view = workflowId === undefined ? undefined : await insist(deadline, () => client.view(workflowId));
    if (view === undefined || workflowId === undefined)
      return { workflowId: workflowId ?? key, intent, ending: undefined, warnings: [] };
    if (view.ending !== undefined) return { workflowId, intent, ending: view.ending, warnings: view.warnings };
    const isTime =
      intent === 'cancel' ? performance.now() - startedAt > cancelAfterMs : view.phase === 'awaiting-confirmation';
    if (isDone === 'no' && isTime && (await act(intent, workflowId, view.runId, driving))) isDone = 'yes';
    await pause(LOOK_MS);
  }
}

async function act(intent: Intent, workflowId: string, runId: string | undefined, driving: Driving): Promise<boolean> {
  const { client, noted } = driving;
  try {
    switch (intent) {
      case 'say nothing':
        return true;
      case 'cancel':
        await client.cancel(workflowId);
        return true;
      case 'reject':
        if (runId === undefined) return false;
        await client.reject(workflowId, { runId, by: 'ben', reason: 'not today' });
        return true;
      case 'approve':
        if (runId === undefined) return false;
        // Noted first: an approval whose answer is lost may count all the same.
        noted.push({ verdict: 'approve', runId, by: 'ben', atMs: Date.now() });
        await client.approve(workflowId, { runId, by: 'ben' });
        return true;
    }
  } catch {
    return false; // Temporal is down: tried again
  }
}

/** Temporal is killed now and then: what was asked of it is asked again, until the deadline. */
async function insist<T>(deadline: number, ask: () => Promise<T>): Promise<T | undefined> {
  while (performance.now() < deadline) {
    try {
      return await ask();
    } catch {
      await pause(LOOK_MS);
    }
  }
  return undefined;
}
