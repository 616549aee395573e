import type { ArchiveRef, RunwrightClient } from '@runwright/client';

export interface RunwrightRun {
  readonly client: RunwrightClient;
  readonly organization: string;
  readonly workspace: string;
  readonly key: string;
  readonly archive: ArchiveRef;
}

export interface RunwrightRunEnded {
  readonly workflowId: string;
  /** The run's outcome, or how the request ended otherwise. */
  readonly ending: string;
}

/** One request from its start to its outcome, approved by the signal as soon as it waits for people. */
export async function runDurably(run: RunwrightRun): Promise<RunwrightRunEnded> {
  const { client, organization, workspace, key, archive } = run;
  const { workflowId } = await client.start({
    organization,
    workspace,
    key,
    configuration: { kind: 'archive', archive },
    requestedBy: 'bench',
  });
  let isApproved = false;
  for await (const { phase, runId, ending } of client.watch(workflowId)) {
    if (phase === 'awaiting-confirmation' && runId !== undefined && !isApproved) {
      isApproved = true;
      await client.approve(workflowId, { runId, by: 'bench' });
    }
    if (ending !== undefined) {
      return { workflowId, ending: ending.kind === 'completed' ? ending.result.outcome : ending.kind };
    }
  }
  throw new Error(`${workflowId} was not seen to its end`);
}
