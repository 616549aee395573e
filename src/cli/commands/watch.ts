import type { CliDeps } from '../cli-deps.ts';
import type { ExitCode } from '../exit-codes.ts';
import { follow } from './follow.ts';
import { patienceOf } from './run-flags.ts';

/** `runwright watch ID`: follows a request to its end; the exit code is its ending's. With --json one view a line. */
export async function watch(
  id: string,
  { json, patience }: { json?: true; patience?: string },
  deps: CliDeps,
): Promise<ExitCode> {
  const patienceMs = patienceOf(patience);
  return await deps.withClient(async (client) => {
    const options = json ? ({ format: 'json', documents: 'every-view' } as const) : ({ format: 'text' } as const);
    return await follow({ id, workflowId: id }, { ...options, patienceMs }, { ...deps, client });
  });
}
