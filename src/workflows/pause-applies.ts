import { CancellationScope } from '@temporalio/workflow';
import type { PauseInput } from '@runwright/client/contract';

/** Runs until `runwright resume` terminates it. Applies are paused as long as it runs: see contract/names.ts. */
export async function pauseApplies(_input: PauseInput): Promise<void> {
  await CancellationScope.current().cancelRequested;
}
