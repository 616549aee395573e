import type { RequestHandle, RunRequestInput } from '@runwright/client';
import { parseRunRequest } from '@runwright/client/contract/schema';
import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { follow } from './follow.ts';
import { packConfiguration } from './pack-configuration.ts';
import { requireTfeAnswers } from './tfe-answers.ts';
import { patienceOf, requestFrom, type RunFlags } from './run-flags.ts';
import { warnOfWorkspace } from './warn-of-workspace.ts';
import { writeJson, writeLines } from '../terminal/writing.ts';

/** `runwright run`: asks for a run, and follows it with --wait. */
export async function run(flags: RunFlags, deps: CliDeps): Promise<ExitCode> {
  const { organization, tfeAddress } = deps.config();
  const request = requestFrom(flags, { organization, user: deps.user, randomKey: deps.randomKey });
  refuseInvalid(request);
  const patienceMs = patienceOf(flags.patience);
  if (tfeAddress === undefined) throw new ExitError('usage', 'TFE_ADDRESS is not set: the URL of Terraform Enterprise');
  return await deps.withClient(async (client) => {
    await client.installation(); // one clear sentence if the namespace is missing, before anything is packed
    await requireTfeAnswers(deps, patienceMs);
    await warnOfWorkspace(request, 'the request is started all the same, workers have a token of their own', deps);
    if (flags.key === undefined)
      writeLines(deps.err, [`key ${request.key} (give it with --key to repeat this request safely)`]);
    const configuration = await packConfiguration(flags, deps);
    const handle = await client.start({ ...request, ...(configuration && { configuration }) });
    announce(handle, request, flags, deps);
    if (!flags.wait) return EXIT.ok;
    return await follow(handle, { format: flags.json ? 'json' : 'text', patienceMs }, { ...deps, client });
  });
}

// We make the archive later, and make it valid. All else is checked here, before any server is asked.
function refuseInvalid(request: RunRequestInput): void {
  const parsed = parseRunRequest(request);
  if (parsed.kind === 'refused') throw new ExitError('usage', `the request is not valid: ${parsed.faults.join('; ')}`);
}

function announce(handle: RequestHandle, request: RunRequestInput, flags: RunFlags, { out, err }: CliDeps): void {
  const { id, workflowId, url, started } = handle;
  if (flags.json) return writeJson(out, { id, workflowId, url, started });
  const again = started === 'existing' ? ' (it was started before: nothing new is asked)' : '';
  writeLines(out, [
    `   request ${id} → ${request.organization}/${request.workspace}${again}`,
    `   ${url ?? workflowId}`,
  ]);
  if (!flags.wait) writeLines(err, [`   follow it with: runwright watch ${id}`]);
}
