import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import type { StrangersCall } from './stranger-workflows.ts';
import { uniqueName, type connectToTemporal } from './temporal.ts';

export interface Stranger {
  /** Has one of Runwright's writes done by a workflow of the stranger's; its answer. */
  call(how: Pick<StrangersCall, 'activity' | 'input'> & StrangersWorkflow): Promise<unknown>;
}

interface StrangersWorkflow {
  /** Default `stranger`. */
  type?: 'stranger' | 'terraformRun';
  /** Default: one of the stranger's own. */
  workflowId?: string;
  /** Default: the stranger's own. */
  queue?: string;
  /** What the stranger's own worker answers, under the name of one of Runwright's activities. */
  forged?: { activity: string; answer: unknown };
}

let bundle: ReturnType<typeof bundleWorkflowCode> | undefined;

/** Somebody with write access to the namespace, a worker and a bundle of their own, and no token of TFE. */
export async function openStranger(
  temporal: ReturnType<typeof connectToTemporal>,
  { installation }: { installation: string },
): Promise<Stranger> {
  const workflowBundle = await (bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./stranger-workflows.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }));
  const client = await temporal.client();
  const connection = await temporal.nativeConnection();

  return {
    call: async ({ activity, input, type = 'stranger', workflowId = uniqueName('stranger'), queue, forged }) => {
      const taskQueue = queue ?? uniqueName('strangers-queue');
      const activities = forged && { [forged.activity]: async () => forged.answer };
      const worker = await Worker.create({ connection, workflowBundle, taskQueue, ...(activities && { activities }) });
      const { now } = activityQueuesOf(taskQueueOf(installation));
      const call: StrangersCall = { taskQueue: now, activity, input, ...(forged && { forged: forged.activity }) };
      return await worker.runUntil(
        client.workflow.execute(type, {
          taskQueue,
          workflowId,
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          args: [call],
        }),
      );
    },
  };
}
