import { createWorkers } from '../../src/worker/hosting.ts';
import { dieWhenTold } from './dying-worker.ts';
import { openFaultHosting } from './fault-worker-hosting.ts';

/** The worker as a process that can be killed. */
dieWhenTold(process.env['RUNWRIGHT_TEST_DIES']);
const { hosting, close } = await openFaultHosting();
const workers = await createWorkers(hosting);
const running = Promise.all(workers.map((worker) => worker.run()));
console.log(JSON.stringify({ ready: true }));
await running;
await close();
