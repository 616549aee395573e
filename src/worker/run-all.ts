import type { Worker } from '@temporalio/worker';
import type { StopNotice } from './stop-notice.ts';

/** Runs until a signal stops them; when one fails, the others are stopped too, so that nothing half works unnoticed. */
export async function runAll(workers: readonly Worker[], stop: StopNotice): Promise<void> {
  stop.forget();
  const runs = workers.map(async (worker) => {
    try {
      await worker.run();
    } finally {
      for (const other of workers) if (other.getState() === 'RUNNING') other.shutdown();
    }
  });
  // The SDK stops only workers that run, so a signal that came before is followed now.
  if (stop.isRequested()) for (const worker of workers) worker.shutdown();
  const ended = await Promise.allSettled(runs);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
