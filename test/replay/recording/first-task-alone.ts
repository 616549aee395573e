import { once } from 'node:events';
import type { CustomSlotSupplier, SlotPermit, WorkerTuner, WorkflowSlotInfo } from '@temporalio/worker';

export interface FirstTaskAlone {
  tuner: WorkerTuner;
  /** The worker asks for whatever there is, as any does. */
  goOn(): void;
}

/** For a worker of workflows that asks Temporal for one task, and for no other before it is told to. */
export function firstTaskAlone(): FirstTaskAlone {
  const { promise: toldToGoOn, resolve: goOn } = Promise.withResolvers<void>();
  let asked = false;
  const one: CustomSlotSupplier<WorkflowSlotInfo> = {
    ...UNLIMITED,
    reserveSlot: async ({ isSticky }, signal) => {
      if (isSticky || asked) await orAborted(toldToGoOn, signal);
      asked = true;
      return {};
    },
  };
  const tuner = {
    workflowTaskSlotSupplier: one,
    activityTaskSlotSupplier: FIXED,
    localActivityTaskSlotSupplier: FIXED,
    nexusTaskSlotSupplier: FIXED,
  };
  return { tuner, goOn };
}

const FIXED = { type: 'fixed-size' as const, numSlots: 10 };

const UNLIMITED = {
  type: 'custom' as const,
  tryReserveSlot: (): SlotPermit => ({}),
  markSlotUsed: () => {},
  releaseSlot: () => {},
};

async function orAborted(wanted: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await Promise.race([wanted, once(signal, 'abort')]);
  signal.throwIfAborted();
}
