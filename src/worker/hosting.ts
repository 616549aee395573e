import { hostname } from 'node:os';
import { Runtime, Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { activityQueuesOf, SHORT_TIMES_SIGN, taskQueueOf } from '@runwright/client/contract';
import { guardFailures } from '../activities/failure-guard.ts';
import type { RunActivities } from '../activities/index.ts';
import { REQUEST_RATES, type ActivityQueue } from '../temporal/request-rates.ts';
import { buildId } from '../service/build-id.ts';
import { workflowCode } from './workflow-bundle.ts';

// In deployments that hold uploads, Kubernetes kills 60 s after SIGTERM by default. The longest act takes 45 s.
const SHUTDOWN_GRACE_MS = 50_000;

export interface Hosting {
  connection: NativeConnection;
  namespace: string;
  installation: string;
  activities: RunActivities;
  /** As for the activities. Temporal shows it beside everything that this worker does. */
  allowsShortTimes: boolean;
  /** Default: the built bundle, or the sources of a checkout. */
  workflows?: Pick<WorkerOptions, 'workflowBundle'>;
}

/** One worker for the workflows and one for each activity queue, because each queue has its own limits. */
export async function createWorkers(hosting: Hosting): Promise<Worker[]> {
  const taskQueue = taskQueueOf(hosting.installation);
  const queues = activityQueuesOf(taskQueue);
  const activityWorker = (queue: ActivityQueue, slots: number): Promise<Worker> =>
    Worker.create({
      ...sharedOptions(hosting),
      taskQueue: queues[queue],
      activities: hosting.activities,
      maxTaskQueueActivitiesPerSecond: REQUEST_RATES[queue],
      maxConcurrentActivityTaskExecutions: slots,
    });
  return await Promise.all([
    createWorkflowWorker(hosting),
    activityWorker('now', 50),
    activityWorker('poll', 20),
    // Each upload holds a stream of its archive in memory, and delays no request that others wait for.
    activityWorker('upload', 10),
    activityWorker('list', 2),
  ]);
}

/** The worker of the workflows alone. */
export async function createWorkflowWorker(hosting: Hosting): Promise<Worker> {
  const { installation, activities, workflows = await workflowCode(Runtime.instance().logger) } = hosting;
  return await Worker.create({
    ...sharedOptions(hosting),
    ...workflows,
    taskQueue: taskQueueOf(installation),
    // Only the local activity runs here, beside the workflows.
    activities: { acceptRequest: activities.acceptRequest },
    enableNonLocalActivities: false,
  });
}

const sharedOptions = ({ connection, namespace, installation, allowsShortTimes }: Hosting) => ({
  connection,
  namespace,
  identity: `${process.pid}@${hostname()}${allowsShortTimes ? ` ${SHORT_TIMES_SIGN}` : ''}`,
  shutdownGraceTime: SHUTDOWN_GRACE_MS,
  interceptors: { activity: [guardFailures] },
  // Unversioned (decision D13): old workflows run on new code. The id only shows people which code took a step.
  workerDeploymentOptions: {
    version: { deploymentName: taskQueueOf(installation), buildId: buildId() },
    useWorkerVersioning: false as const,
  },
  shutdownForceTime: SHUTDOWN_GRACE_MS + 5_000,
});
