import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { forgetWorkflow } from '../support/forget-workflow.ts';
import { resetTo, workflowTasksOf } from '../support/reset-workflow.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { Operation } from './wanted.ts';

interface Operating {
  readonly temporal: Client;
  readonly random: SeededRandom;
  readonly workflowId: string;
  /** Asks for the same request again, under the same key. */
  readonly again: () => Promise<unknown>;
}

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
    case 'delete, same key again':
      await forgetWorkflow(temporal, workflowId);
      return await untilTaken(again);
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
