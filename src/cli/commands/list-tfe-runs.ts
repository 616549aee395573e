import { readMarker } from '../../domain/run-marker.ts';
import type { Run } from '../../tfe/resources/runs.ts';
import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { limitFrom, type ListFlags } from './list-flags.ts';
import { tableColumnsOf, table, writeJson, writeLines } from '../terminal/writing.ts';

interface ListedRun {
  runId: string;
  status: string;
  createdAt?: string;
  message?: string;
  planOnly: boolean;
  /** The request whose marker the run carries. */
  workflowId?: string;
}

// TFE's own largest page.
const PAGE_SIZE = 100;

/** `runwright list --tfe`: TFE's list of a workspace's runs, newest first, ours with their request. */
export async function listTfeRuns(flags: ListFlags, deps: CliDeps): Promise<ExitCode> {
  const { workspace } = flags;
  const organization = flags.organization ?? deps.config().organization;
  if (organization === undefined || workspace === undefined) {
    throw new ExitError('usage', 'which workspace? --tfe needs --organization (or TFE_ORGANIZATION) and --workspace');
  }
  const pageSize = Math.min(flags.limit === undefined ? 20 : limitFrom(flags.limit), PAGE_SIZE);
  const runs = await deps.withTfe(async (tfe) => {
    const { id: workspaceId } = await tfe.workspaces.readByName(organization, workspace);
    const [applying, planOnly] = await Promise.all([
      tfe.runs.list({ workspaceId, pageSize }),
      tfe.runs.list({ workspaceId, pageSize, operations: ['plan_only'] }), // left out unless asked for
    ]);
    return newestFirst([...applying.items, ...planOnly.items])
      .slice(0, pageSize)
      .map(listedRun);
  });
  if (flags.json) writeJson(deps.out, runs);
  else if (runs.length === 0) writeLines(deps.err, [`${organization}/${workspace} has no runs`]);
  else writeLines(deps.out, tableOf(runs, tableColumnsOf(deps.out)));
  return EXIT.ok;
}

// A compatible server that ignores the filter sends the same runs twice.
const newestFirst = (runs: readonly Run[]): Run[] =>
  [...new Map(runs.map((run) => [run.id, run])).values()].toSorted((one, other) =>
    (one.createdAt ?? '') < (other.createdAt ?? '') ? 1 : -1,
  );

function listedRun({ id, status, createdAt, message, planOnly }: Run): ListedRun {
  const workflowId = readMarker(message)?.workflowId;
  return {
    runId: id,
    status,
    planOnly: planOnly ?? false,
    ...(createdAt && { createdAt }),
    ...(message && { message }),
    ...(workflowId && { workflowId }),
  };
}

function tableOf(runs: readonly ListedRun[], columns: number): string[] {
  const rows = runs.map(({ runId, status, createdAt, message = '', workflowId, planOnly }) => [
    runId,
    planOnly ? `${status} (plan only)` : status,
    createdAt?.slice(0, 16).replace('T', ' ') ?? '–',
    workflowId === undefined ? '–' : (workflowId.split('/').at(-1) ?? workflowId),
    message.replace(/\s*\[runwright [^\n]*\]\s*$/, ''),
  ]);
  return table([['RUN', 'STATUS', 'CREATED (UTC)', 'REQUEST', 'MESSAGE'], ...rows], columns);
}
