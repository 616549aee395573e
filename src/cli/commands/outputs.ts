import type { RequestView, RunOutput } from '@runwright/client';
import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { describeOutput } from '../view/run-steps.ts';
import { writeJson, writeLines, writeValue } from '../terminal/writing.ts';

export interface OutputsFlags {
  reveal?: string;
  json?: true;
}

/** `runwright outputs ID`: the outputs of the apply; one of them in clear with --reveal, read from TFE with the caller's token. */
export async function outputs(id: string, flags: OutputsFlags, deps: CliDeps): Promise<ExitCode> {
  const view = await deps.withClient((client) => client.view(id));
  const known = outputsOf(id, view);
  if (flags.reveal !== undefined) return await reveal(flags.reveal, known, flags, deps);
  if (flags.json) {
    writeJson(deps.out, Object.fromEntries(known.map(({ name, ...output }) => [name, output])));
  } else if (known.length === 0) {
    writeLines(deps.err, ['the apply left no outputs']);
  } else {
    writeLines(deps.out, known.map(describeOutput));
  }
  return EXIT.ok;
}

function outputsOf(id: string, view: RequestView): RunOutput[] {
  if (view.outputs !== undefined) return view.outputs;
  if (view.workflowState === 'running')
    throw new ExitError('usage', `request "${id}" is ${view.phase}: it has no outputs yet`);
  if (view.outcome === 'applied') return [];
  throw new ExitError('usage', `request "${id}" was not applied, so it has no outputs: runwright show ${id}`);
}

/** The value alone, so that a script can use it: text as it is, everything else as JSON. */
async function reveal(
  name: string,
  known: readonly RunOutput[],
  { json }: OutputsFlags,
  deps: CliDeps,
): Promise<ExitCode> {
  const output = known.find((candidate) => candidate.name === name);
  if (output === undefined) {
    const names = known.map((candidate) => candidate.name).join(', ') || 'none';
    throw new ExitError('usage', `there is no output "${name}"; the outputs are: ${names}`);
  }
  const { value } = await deps.withTfe((tfe) => tfe.stateVersionOutputs.read(output.id));
  if (json) writeJson(deps.out, { name, sensitive: output.sensitive, value });
  else writeValue(deps.out, `${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
  return EXIT.ok;
}
