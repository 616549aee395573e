import { Worker } from '@temporalio/worker';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import { openFaultHosting } from './fault-worker-hosting.ts';

/** A worker process that hosts everything but the writes: the counterpart of now-queue-worker.ts. */
const { hosting, close } = await openFaultHosting();
const { connection, namespace, installation, workflows, activities } = hosting;
const taskQueue = taskQueueOf(installation);
const { poll, upload, list } = activityQueuesOf(taskQueue);
const { acceptRequest } = activities;
const workers = await Promise.all([
  Worker.create({
    ...{ connection, namespace, ...workflows, taskQueue },
    activities: { acceptRequest },
    enableNonLocalActivities: false,
  }),
  ...[poll, upload, list].map((queue) => Worker.create({ connection, namespace, taskQueue: queue, activities })),
]);
const running = Promise.all(workers.map((worker) => worker.run()));
console.log(JSON.stringify({ ready: true }));
await running;
await close();
