import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { ArchiveRef, RequestView, RunEnding, RunRequestInput, RunwrightClient } from '@runwright/client';
import type { DecisionSent } from '../support/invariants/evidence.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { operate } from './operate.ts';
import { wantedBy, type Wanted } from './wanted.ts';

export interface DrivenRequest extends Pick<Wanted, 'shape' | 'intent' | 'operation'> {
  readonly workflowId: string;
  readonly ending: RunEnding | undefined;
  readonly warnings: readonly string[];
}

export interface Driving {
  readonly client: RunwrightClient;
  readonly temporal: Client;
  readonly random: SeededRandom;
  readonly pack: (files: Readonly<Record<string, string>>) => Promise<ArchiveRef>;
  readonly organization: string;
  readonly workspaces: readonly string[];
  /** All that was sent, written down before it is. */
  readonly noted: DecisionSent[];
  /** Absolute, of `performance.now()`: a request that is open then has not ended. */
  readonly deadline: number;
}

const LOOK_MS = 400;
const TIMING = {
  commitWindowMs: 2_000,
  pollMinMs: 300,
  pollWorkingMaxMs: 1_000,
  pollPeopleMaxMs: 1_500,
  pollRefusedMs: 1_000,
  cleanupMs: 5 * 60_000,
  actionSettlesMs: 3_000,
};

/** Starts one request and acts on it as its people and its operator mean to, however often that must be tried; to its end. */
export async function driveRequest(key: string, driving: Driving): Promise<DrivenRequest> {
  const { client, deadline } = driving;
  const wanted = wantedBy(driving.random, key, driving.workspaces);
  const { shape, intent, operation } = wanted;
  const input = {
    ...{ key, organization: driving.organization, workspace: wanted.workspace, requestedBy: 'ana' },
    configuration: { kind: 'archive', archive: await driving.pack(wanted.files) } as const,
    deadlines: { approvalMs: intent === 'say nothing' ? 5_000 : 10 * 60_000 },
    timing: TIMING,
    ...wanted.more,
  };
  const workflowId = await insist(deadline, async () => (await client.start(input)).workflowId);
  if (workflowId === undefined) return { workflowId: key, shape, intent, operation, ending: undefined, warnings: [] };
  const turn = takeTurns(workflowId, { wanted, input, driving });
  for (;;) {
    const view = await insist(deadline, () => client.view(workflowId));
    const isDone = view !== undefined && (await turn(view)) === 'done' && view.ending !== undefined;
    if (view === undefined || isDone) {
      return { workflowId, shape, intent, operation, ending: view?.ending, warnings: view?.warnings ?? [] };
    }
    await pause(LOOK_MS);
  }
}

interface Request {
  readonly wanted: Wanted;
  readonly input: RunRequestInput;
  readonly driving: Driving;
}

/** What is due is done, once for each run; what Temporal did not take is tried again in the next turn. */
function takeTurns(workflowId: string, { wanted, input, driving }: Request) {
  const startedAt = performance.now();
  const done = new Set<string>();
  const { client, temporal, random } = driving;
  const isTime = (afterMs: number): boolean => performance.now() - startedAt > afterMs;
  const once = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    if (done.has(what)) return;
    try {
      await act();
      done.add(what);
    } catch {
      // Temporal is down, or the request has ended meanwhile.
    }
  };
  const operation = async (): Promise<void> => {
    await operate(wanted.operation, { temporal, random, workflowId, again: () => client.start(input) });
    // Another life, or one that has forgotten: its people act again.
    if (wanted.operation !== 'same key again') done.delete('cancel');
  };
  return async (view: RequestView): Promise<'done' | 'goes on'> => {
    if (view.ending !== undefined) return 'done';
    if (wanted.operation !== 'nothing' && isTime(wanted.operateAfterMs)) await once('operation', operation);
    if (wanted.intent === 'cancel' && isTime(wanted.cancelAfterMs)) {
      await once('cancel', () => client.cancel(workflowId));
    }
    const { runId, phase } = view;
    if (runId === undefined) return 'goes on';
    if (phase === 'awaiting-override' && view.waitingFor === 'people to decide') {
      const sent = { runId, by: 'olga' };
      await once(`override ${runId}`, () => temporal.workflow.getHandle(workflowId).signal('override', sent));
    }
    if (phase === 'awaiting-confirmation') await decide(runId, wanted, { workflowId, driving, once });
    return 'goes on';
  };
}

interface Deciding {
  readonly workflowId: string;
  readonly driving: Driving;
  readonly once: (what: string, act: () => Promise<unknown>) => Promise<void>;
}

async function decide(
  runId: string,
  { intent, shape }: Wanted,
  { workflowId, driving, once }: Deciding,
): Promise<void> {
  const { client, noted } = driving;
  const note = (choice: DecisionSent['choice'], by: string): void =>
    // Noted first: one whose answer is lost may count all the same.
    void noted.push({ choice, runId, by, atMs: Date.now() });
  if (intent === 'reject') {
    await once(`reject ${runId}`, () => {
      note('reject', 'ben');
      return client.reject(workflowId, { runId, by: 'ben', reason: 'not today' });
    });
  }
  if (intent !== 'approve') return;
  // The requester tries too, and may not where two others must.
  for (const by of shape === 'two approvers' ? ['ana', 'ben', 'cy'] : ['ben']) {
    await once(`approve ${runId} ${by}`, () => {
      note('approve', by);
      return client.approve(workflowId, { runId, by });
    });
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
