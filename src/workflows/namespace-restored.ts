import { CancellationScope } from '@temporalio/workflow';

/** Runs as long as the installation. Only its existence and its start time matter (contract/names.ts). */
export async function namespaceRestored(): Promise<void> {
  await CancellationScope.current().cancelRequested;
}
