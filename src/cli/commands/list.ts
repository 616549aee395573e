import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { filterFrom, type ListFlags } from './list-flags.ts';
import { listTfeRuns } from './list-tfe-runs.ts';
import { requestTable } from '../view/request-table.ts';
import { tableColumnsOf, writeJson, writeLines } from '../terminal/writing.ts';

/** `runwright list`: the requests of this installation, newest first; needs no worker. */
export async function list(flags: ListFlags, deps: CliDeps): Promise<ExitCode> {
  if (flags.tfe) return await listTfeRuns(flags, deps);
  const filter = filterFrom(flags, deps.now());
  const found = await deps.withClient((client) => client.list(filter));
  if (flags.json) writeJson(deps.out, found);
  else if (found.length === 0) writeLines(deps.err, ['no request matches']);
  else writeLines(deps.out, requestTable(found, { columns: tableColumnsOf(deps.out), nowMs: deps.now() }));
  return EXIT.ok;
}
