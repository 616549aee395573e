import { Worker } from '@temporalio/worker';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import { openFaultHosting } from './fault-worker-hosting.ts';

/** A worker process that hosts the writes and nothing else, and holds one task at a time: what it is given is known. */
const { hosting, close } = await openFaultHosting();
const { connection, namespace, installation, activities } = hosting;
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: activityQueuesOf(taskQueueOf(installation)).now,
  activities,
  maxConcurrentActivityTaskPolls: 1,
});
const running = worker.run();
console.log(JSON.stringify({ ready: true }));
await running;
await close();
