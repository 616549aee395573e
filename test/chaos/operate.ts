import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { SeededRandom } from '../support/seeded-random.ts';
import { resetTo, workflowTasksOf } from '../support/reset-workflow.ts';
import type { Operation } from './wanted.ts';

interface Operating {
  readonly temporal: Client;
  readonly random: SeededRandom;
  readonly workflowId: string;
  /** Asks for the same request again, under the same key. */
  readonly again: () => Promise<unknown>;
}

const FORGOTTEN_WITHIN_MS = 20_000;
const TAKEN_WITHIN_MS = 60_000;

/** What somebody with Temporal in hand does to a request; rejects where Temporal does not take it. */
export async function operate(operation: Operation, { temporal, random, workflowId, again }: Operating): Promise<void> {
  const handle = temporal.workflow.getHandle(workflowId);
  switch (operation) {
    case 'nothing':
      return;
    case 'same key again':
      return void (await again());
    case 'reset': {
      const [{ runId }, points] = await Promise.all([handle.describe(), workflowTasksOf(temporal, workflowId)]);
      return await resetTo(temporal, { workflowId, runId, point: random.pick(points) });
    }
    case 'terminate':
      return void (await handle.terminate('by hand'));
    case 'delete, same key again': {
      await handle.terminate('by hand');
      const { namespace } = temporal.options;
      await temporal.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
      await untilForgotten(() => handle.describe());
      return await untilTaken(again);
    }
  }
}

async function untilForgotten(ask: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + FORGOTTEN_WITHIN_MS;
  for (;;) {
    try {
      await ask();
    } catch {
      return; // or Temporal is down: then the start is refused, and nothing is lost
    }
    if (performance.now() > deadline) return;
    await pause(100);
  }
}

/** There is nothing to look at until it is: Temporal may be away. */
async function untilTaken(ask: () => Promise<unknown>): Promise<void> {
  for (const deadline = performance.now() + TAKEN_WITHIN_MS; ; await pause(500)) {
    try {
      return void (await ask());
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}
