import type { RequestView } from '@runwright/client';
import { whoCanceled } from '@runwright/client/domain';
import type { CliDeps, Output } from '../cli-deps.ts';
import { describeDuration } from '../view/duration.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { askedFacts } from '../view/asked-lines.ts';
import { withAllChanges } from '../view/all-changes.ts';
import { errorLines } from '../view/failure-log.ts';
import { storyLines } from '../terminal/progress.ts';
import { changeLine } from '../view/run-steps.ts';
import { columnsOf, painted, wrap, writeJson, writeLines, type Line } from '../terminal/writing.ts';

export interface ShowFlags {
  /** Every change of the plan, however many. */
  all?: true;
  json?: true;
}

/** `runwright show ID`: everything about a request, and what to do next. */
export async function show(id: string, { json, all }: ShowFlags, deps: CliDeps): Promise<ExitCode> {
  return await deps.withClient(async (client) => {
    const found = await client.view(id);
    const view = all ? await withAllChanges(found, deps) : found;
    const url = json ? undefined : await client.pageOf(view.workflowId);
    if (json) writeJson(deps.out, view);
    else writeLines(deps.out, pictureOf(view, { url, out: deps.out, nowMs: deps.now(), all }));
    return EXIT.ok;
  });
}

// Three blanks, the name, one blank.
const FACT_COLUMNS = 19;

interface Frame {
  url: string | undefined;
  out: Output;
  nowMs: number;
  all: true | undefined;
}

function pictureOf(view: RequestView, { url, out, nowMs, all }: Frame): Line[] {
  const facts = factsOf(view, nowMs).flatMap(([name, value]) =>
    wrap(value, columnsOf(out) - FACT_COLUMNS).map(
      (line, index) => `   ${(index === 0 ? name : '').padEnd(15)} ${line}`,
    ),
  );
  return [
    [painted('bold', `${view.key} → ${view.organization}/${view.workspace}`)],
    ...facts,
    '',
    ...storyLines(out, all ? { ...view, plannedChanges: [] } : view, nowMs),
    ...(all ? allLines(view) : []),
    ...(view.ending?.kind === 'failed' ? errorLines(view.ending.facts) : []),
    ...decisionLines(view),
    ...noteLines(view),
    '',
    ...nextLines(view).map((line) => `   ${line}`),
    ...(url === undefined ? [] : [`   ${url}`]),
    ...(view.runUrl ? [`   ${view.runUrl}`] : []),
  ];
}

const allLines = ({ plannedChanges = [] }: RequestView): string[] => [
  '',
  ...plannedChanges.map((change) => `      ${changeLine(change)}`),
  '',
];

function factsOf(view: RequestView, nowMs: number): [string, string][] {
  const facts: [string, string | undefined][] = [
    ['phase', view.status ? `${view.phase} (TFE: ${view.status})` : view.phase],
    ['run', view.runId],
    ['asked for by', view.requestedBy],
    ...askedFacts(view),
    ['started', `${view.startedAt.slice(0, 19).replace('T', ' ')} UTC`],
    ['waits for', view.workflowState === 'running' ? view.waitingFor : undefined],
    ['since', view.since && view.workflowState === 'running' ? ago(view.since, nowMs) : undefined],
    ['looks again', view.nextLookAt && nextLook(view.nextLookAt, nowMs)],
    ['canceled', view.cancellation && `as asked${whoCanceled(view.cancellation)}`],
    ['blocked by', view.blocker],
    ['in doubt', view.inDoubt],
    ['last error', view.lastError && `${view.lastError}${view.attempt ? ` (attempt ${view.attempt})` : ''}`],
  ];
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

const ago = (at: string, nowMs: number): string => `${describeDuration(nowMs - Date.parse(at))} ago`;

const nextLook = (at: string, nowMs: number): string => {
  const ms = Date.parse(at) - nowMs;
  return ms >= 50 ? `in ${describeDuration(ms)}` : 'now'; // less is shown as 0.0 s
};

/** Decisions that did not count, and messages that nobody could read. Decisions that count are among the steps. */
function decisionLines({ approval, refusedMessages }: RequestView): string[] {
  return [
    ...approval.decisions
      .filter(({ ignored }) => ignored !== undefined)
      .map(({ choice, by, runId, ignored }) => `   ${choice} of ${runId} by ${by} was not counted: ${ignored}`),
    ...refusedMessages.map(({ message, reason }) => `   message "${message}" was refused: ${reason}`),
  ];
}

const noteLines = ({ warnings }: RequestView): string[] => warnings.map((warning) => `   warning: ${warning}`);

/** What a person can do now. */
function nextLines(view: RequestView): string[] {
  const { key, runId } = view;
  if (view.ending?.kind === 'terminated' && runId) return [`look after ${runId} in TFE: nothing cleaned up after it`];
  if (view.workflowState !== 'running') {
    if (view.outcome === 'applied') return [`runwright outputs ${key}`];
    return runId ? [`runwright logs ${key}`] : [];
  }
  const lines =
    view.source === 'search-attributes' ? ['no worker answered, this is what Temporal knows: runwright worker'] : [];
  if (view.phase === 'awaiting-confirmation' && view.approval.verdict === 'pending' && runId) {
    lines.push(`runwright approve ${key} --run ${runId}`, `runwright reject ${key} --run ${runId} --reason TEXT`);
  }
  return [...lines, `runwright watch ${key}`];
}
