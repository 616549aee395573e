import type { OrphanAnswer, OtherNamespace, ReapReport, ReapedRun, UnreadOrganization } from '@runwright/client';
import { countOf } from '@runwright/client/domain';
import type { CliDeps } from '../cli-deps.ts';
import { describeOtherNamespace } from './other-namespaces.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { writeJson, writeLines } from '../terminal/writing.ts';

export interface ReapFlags {
  dryRun?: true;
  json?: true;
}

/**
 * `runwright reap`: one pass of the reaper now, with its report. Needs a worker. Fails if an organization was not read.
 */
export async function reap({ dryRun, json }: ReapFlags, deps: CliDeps): Promise<ExitCode> {
  return await deps.withClient(async (client) => {
    const report = await client.reap({ mode: dryRun ? 'dry-run' : 'act' });
    if (json) writeJson(deps.out, report);
    else
      writeLines(deps.out, [
        summary(report),
        ...report.runs.map(lineOf),
        ...report.otherNamespaces.map(otherLine),
        ...report.unread.map(unreadLine),
      ]);
    return report.unread.length > 0 ? EXIT.failed : EXIT.ok;
  });
}

function summary({ mode, examined, runs }: ReapReport): string {
  const found = `${countOf(examined, 'unfinished run')} of this installation, ${runs.length} without a workflow`;
  return mode === 'dry-run' ? `${found}; nothing was done (--dry-run)` : found;
}

function lineOf(run: ReapedRun): string {
  const { runId, organization, status, workflow, action } = run;
  return `  ${runId}  ${organization}  ${status}  workflow ${workflow} → ${action}${'answer' in run ? endOf(run) : ''}`;
}

const endOf = (run: OrphanAnswer): string => `: ${run.answer}${'why' in run ? ` (${run.why})` : ''}`;

const otherLine = (other: OtherNamespace): string => `  left alone: ${describeOtherNamespace(other)}`;

const unreadLine = ({ organization, why }: UnreadOrganization): string =>
  `  ${organization} was not read, the next pass asks again: ${why}`;
