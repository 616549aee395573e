import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { writeJson, writeLines } from '../terminal/writing.ts';

export interface CancelFlags {
  reason?: string;
  by?: string;
  json?: true;
}

/** `runwright cancel ID`: asks for the end of the request; its run is discarded or canceled in TFE. */
export async function cancel(
  id: string,
  { json, reason, by }: CancelFlags,
  { withClient, out, user }: CliDeps,
): Promise<ExitCode> {
  return await withClient(async (client) => {
    const workflowId = await client.findId(id);
    await client.cancel(workflowId, { by: by ?? user, ...(reason && { reason }) });
    if (json) writeJson(out, { id, workflowId, cancelRequested: true });
    else writeLines(out, [`${id}: asked to cancel; runwright watch ${id} shows when its run has ended`]);
    return EXIT.ok;
  });
}
