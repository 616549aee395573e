import type { RequestView, RunwrightClient } from '@runwright/client';
import { createFolderStore } from '@runwright/client/archive';
import { countOf } from '@runwright/client/domain';
import type { Output } from '../../src/cli/cli-deps.ts';
import { describeBytes } from '../../src/cli/view/describe-bytes.ts';
import { createProgress } from '../../src/cli/terminal/progress.ts';
import { writeLines } from '../../src/cli/terminal/writing.ts';
import { writeNamedLine } from './start-lines.ts';

export interface HelloRun {
  readonly client: RunwrightClient;
  readonly key: string;
  readonly organization: string;
  readonly workspace: string;
  /** Terraform files. */
  readonly directory: string;
  readonly archiveDirectory: string;
  readonly out: Output;
  readonly signal: AbortSignal;
}

// The list of changes is read after the plan; a plan of which it cannot be read is approved by its counts.
const CHANGES_ARRIVE_WITHIN_MS = 3_000;
/** Whose approval it is. */
const APPROVER = 'demo';

/** One request from its directory to its end, as any service would make it: asked for, followed, approved by signal. */
export async function runHello(hello: HelloRun): Promise<RequestView | undefined> {
  const { client, key, organization, workspace, directory, archiveDirectory, out, signal } = hello;
  const packingSince = performance.now();
  const archive = await createFolderStore(archiveDirectory).put(directory);
  const { files, bytes, sha256 } = archive;
  const packed = `${countOf(files, 'file')}, ${describeBytes(bytes)}, sha256 ${sha256.slice(0, 8)}…`;
  writeNamedLine(out, 'packed', packed, performance.now() - packingSince);

  const handle = await client.start({
    key,
    organization,
    workspace,
    configuration: { kind: 'archive', archive },
    run: { message: 'say hello' },
    requestedBy: APPROVER,
  });
  writeLines(out, [`   request ${handle.id} → ${organization}/${workspace}`]);
  const progress = createProgress(out, Date.now);
  const approval = approveOnce(client, handle.workflowId);
  let last: RequestView | undefined;
  try {
    for await (const view of client.watch(handle.workflowId, { signal })) {
      last = view;
      progress.show(view);
      await approval.consider(view);
    }
  } finally {
    approval.stop();
    progress.stop();
  }
  return last;
}

/** Sends the signal once the plan has been shown, to the very run that was shown. */
function approveOnce(client: RunwrightClient, workflowId: string) {
  let sent: Promise<unknown> | undefined;
  let later: NodeJS.Timeout | undefined;
  const send = (runId: string): Promise<unknown> =>
    (sent ??= client.approve(workflowId, { runId, by: APPROVER, comment: 'by the signal "approve"' }));
  return {
    consider: async ({ phase, runId, plannedChanges }: RequestView): Promise<void> => {
      if (phase !== 'awaiting-confirmation' || runId === undefined) return;
      if (plannedChanges !== undefined) await send(runId);
      // Should it be lost, the request's own deadline is the end: there is nobody to tell but the log.
      else later ??= setTimeout(() => void send(runId).catch(() => {}), CHANGES_ARRIVE_WITHIN_MS);
    },
    stop: (): void => clearTimeout(later),
  };
}
