import { CancellationScope } from '@temporalio/workflow';

/** Runs as long as the installation: that it was started, and when, is what counts (contract/names.ts). */
export async function namespaceRestored(): Promise<void> {
  await CancellationScope.current().cancelRequested;
}
