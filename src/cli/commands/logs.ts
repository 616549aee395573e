import type { TfeClient } from '../../tfe/client.ts';
import type { Secret } from '../../tfe/http/secret.ts';
import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { createLogReader } from '../view/log-lines.ts';
import { streamLog } from '../view/log-stream.ts';
import { writeJson, writeLines, writeLogLine, writeValue } from '../terminal/writing.ts';

export interface LogsFlags {
  of?: 'plan' | 'apply';
  /** As TFE keeps it, without rendering. */
  raw?: true;
  json?: true;
}

interface Part {
  of: 'plan' | 'apply';
  /** Absent while TFE has none. */
  logUrl: Secret | undefined;
  isOver: () => Promise<boolean>;
}

const OVER = new Set(['finished', 'errored', 'canceled', 'unreachable']);
// `unreachable`: the run only planned, or ended before this part.
const NOT_STARTED = new Set(['pending', 'managed_queued', 'queued', 'unreachable']);

/** `runwright logs ID`: the log of the plan and, if there is one, of the apply, while they are written. */
export async function logs(id: string, flags: LogsFlags, deps: CliDeps): Promise<ExitCode> {
  const { runId } = await deps.withClient((client) => client.view(id));
  if (runId === undefined)
    throw new ExitError('usage', `request "${id}" has no run, so there is no log: runwright show ${id}`);
  await deps.withTfe(async (tfe) => {
    for (const of of flags.of === undefined ? (['plan', 'apply'] as const) : [flags.of]) {
      const part = await readPart(tfe, runId, of);
      if (part !== undefined) await print({ part, runId, tfe }, flags, deps);
      else if (flags.of !== undefined)
        throw new ExitError('usage', `${runId} has no ${of} log, or none yet: runwright show ${id}`);
    }
  });
  return EXIT.ok;
}

/** The plan or apply of a run, or undefined if it has not begun. */
async function readPart(tfe: TfeClient, runId: string, of: Part['of']): Promise<Part | undefined> {
  const { planId, applyId } = await tfe.runs.read(runId);
  // Some servers name the plan in the run and lack the route from the run to it; older ones have it the other way
  // round.
  const plan = () => (planId === undefined ? tfe.plans.readOfRun(runId) : tfe.plans.read(planId));
  const apply = () => (applyId === undefined ? tfe.applies.readOfRun(runId) : tfe.applies.read(applyId));
  const read = of === 'plan' ? plan : apply;
  const { status, logUrl } = await read();
  if (NOT_STARTED.has(status) && of === 'apply') return undefined;
  return { of, logUrl, isOver: async () => OVER.has((await read()).status) };
}

async function print(
  { part, runId, tfe }: { part: Part; runId: string; tfe: TfeClient },
  { json, raw }: LogsFlags,
  { out, err }: CliDeps,
): Promise<void> {
  const { of, logUrl, isOver } = part;
  if (logUrl === undefined) return writeLines(err, [`TFE gives no ${of} log of ${runId}`]);
  if (!json) writeLines(err, [`── ${of} of ${runId}`]);
  let whole = '';
  const reader = createLogReader();
  for await (const text of streamLog((offset) => tfe.logs.read(logUrl, { offset }), isOver)) {
    if (json) whole += text;
    else if (raw) writeValue(out, text);
    else for (const line of reader.read(text)) writeLogLine(out, line);
  }
  if (!json && !raw) for (const line of reader.end()) writeLogLine(out, line);
  if (json) writeJson(out, { of, runId, log: whole });
}
