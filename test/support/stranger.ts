import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import type { StrangersCall } from './stranger-workflows.ts';
import { uniqueName, type connectToTemporal } from './temporal.ts';

export interface Stranger {
  /** Has one of Runwright's writes done by a workflow of the stranger's; its answer. */
  call(how: Omit<StrangersCall, 'taskQueue'> & StrangersWorkflow): Promise<unknown>;
}

interface StrangersWorkflow {
  /** Default `stranger`. */
  type?: 'stranger' | 'terraformRun';
  /** Default: one of the stranger's own. */
  workflowId?: string;
  /** Default: the stranger's own. */
  queue?: string;
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
    call: async ({ activity, input, type = 'stranger', workflowId = uniqueName('stranger'), queue }) => {
      const taskQueue = queue ?? uniqueName('strangers-queue');
      const worker = await Worker.create({ connection, workflowBundle, taskQueue });
      const call: StrangersCall = { taskQueue: activityQueuesOf(taskQueueOf(installation)).now, activity, input };
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
