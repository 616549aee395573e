import type { RunView } from '../contract/run-view.ts';
import { countOf } from './count-of.ts';

/** What the server accepts. */
export const DETAILS_MAX_BYTES = 20_000;
// Leaves room for what people have to do, which stands below the list.
const PLANNED_CHANGES_MAX_BYTES = 6_000;
const PLANNED_CHANGES_SHOWN = 40;

/** What the Temporal UI shows while a request is open: Markdown, at most DETAILS_MAX_BYTES. Total. */
export function detailsOf(view: RunView): string {
  const whole = [headline(view), facts(view), plan(view), whatToDo(view), notes(view)]
    .filter((part) => part !== '')
    .join('\n\n');
  const lines = whole.split('\n');
  const shown = fitting(lines, DETAILS_MAX_BYTES - utf8Bytes('\n…'));
  return shown.length < lines.length ? [...shown, '…'].join('\n') : whole;
}

function headline(view: RunView): string {
  const waiting = view.waitingFor ? `: ${escapeMarkdown(view.waitingFor)}` : '';
  return `### ${view.phase}${waiting}`;
}

function facts(view: RunView): string {
  const rows: [string, string | undefined][] = [
    ['workspace', view.organization && escapeMarkdown(`${view.organization}/${view.workspace}`)],
    ['run', view.runId && linkTo(view.runUrl, escapeMarkdown(view.runId))],
    ['status in TFE', view.status && escapeMarkdown(view.status)],
    ['asked for by', view.requestedBy && escapeMarkdown(view.requestedBy)],
    ['since', view.since],
    ['outcome', view.outcome],
  ];
  const shown = rows.filter((row): row is [string, string] => Boolean(row[1]));
  return ['| | |', '| --- | --- |', ...shown.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

function plan({ plan: counts, plannedChanges = [] }: RunView): string {
  if (counts === undefined) return '';
  const imports = counts.imports > 0 ? `, ${counts.imports} to import` : '';
  const sum = `**Plan**: ${counts.additions} to add, ${counts.changes} to change, ${counts.destructions} to destroy${imports}`;
  const listed = plannedChanges
    .slice(0, PLANNED_CHANGES_SHOWN)
    .map((change) => `- ${change.action} ${asCode(change.address)}`);
  const shown = fitting(listed, PLANNED_CHANGES_MAX_BYTES);
  const more = plannedChanges.length - shown.length;
  // The Temporal UI takes a list for one only after an empty line.
  return [sum, '', ...shown, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}

function whatToDo(view: RunView): string {
  if (view.phase === 'awaiting-override' && view.runId !== undefined)
    return howToOverride(view.runId, view.approval.verdict);
  if (view.phase !== 'awaiting-confirmation' || view.runId === undefined || view.approval.verdict !== 'pending')
    return '';
  const until = view.approval.expiresAt ? ` until ${view.approval.expiresAt}` : '';
  return [
    `**Decide**${until}: ${countOf(view.approval.missing, 'approval')} missing. Send one of these signals (More Actions → Send a Signal):`,
    '',
    `- \`approve\` with ${asCode(`{"runId": "${view.runId}", "by": "your name"}`)}`,
    `- \`reject\` with ${asCode(`{"runId": "${view.runId}", "by": "your name", "reason": "why"}`)}`,
  ].join('\n');
}

function howToOverride(runId: string, verdict: RunView['approval']['verdict']): string {
  const override = `- \`override\` with ${asCode(`{"runId": "${runId}", "by": "your name"}`)}`;
  const reject = `- \`reject\` with ${asCode(`{"runId": "${runId}", "by": "your name", "reason": "why"}`)}`;
  const choice =
    verdict === 'pending'
      ? [`${override}; the approval is asked for afterwards`, reject]
      : [`${override}; the run is decided, and goes on afterwards`];
  return [
    '**A policy or run task holds the run.** Send one of these signals (More Actions → Send a Signal):',
    '',
    ...choice,
  ].join('\n');
}

function notes(view: RunView): string {
  const decisions = view.approval.decisions
    .slice(-10)
    .map(
      (decision) =>
        `- ${decision.verdict} by ${escapeMarkdown(decision.by)}${decision.ignored ? ` (not counted: ${decision.ignored})` : ''}`,
    );
  const lines = [
    view.blocker && `**Blocked**: ${escapeMarkdown(view.blocker)}`,
    view.inDoubt && `**In doubt**: ${escapeMarkdown(view.inDoubt)}`,
    ...view.warnings.slice(-10).map((warning) => `**Warning**: ${escapeMarkdown(warning)}`),
    decisions.length > 0 && ['**Decisions**', '', ...decisions].join('\n'),
  ];
  return lines.filter(Boolean).join('\n\n');
}

// Names and messages are other people's text: they must not become links, tables or markup. A bare address becomes a
// link however it is escaped, so an invisible word joiner parts it; control and direction characters are left out.
const escapeMarkdown = (text: string): string =>
  oneLine(text, 500)
    .replaceAll(/[\\`*_[\]<>|#~&!]/g, '\\$&')
    .replaceAll(/https?:(?=\/\/)|www(?=\.)/gi, '$&\u2060');

const asCode = (text: string): string => `\`${oneLine(text, 250).replaceAll('`', "'")}\``;

const linkTo = (url: string | undefined, text: string): string =>
  url !== undefined && /^https?:\/\/[^\s()<>|\\]{1,1000}$/.test(url) ? `[${text}](${url})` : text;

function oneLine(text: string, longest: number): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '');
  return (line.length > longest ? `${line.slice(0, longest - 1)}…` : line).toWellFormed();
}

/** The first lines that fit, joined by line feeds. */
function fitting(lines: readonly string[], maxBytes: number): readonly string[] {
  let bytes = -1; // the first line has no line feed before it
  const cut = lines.findIndex((line) => (bytes += utf8Bytes(line) + 1) > maxBytes);
  return cut < 0 ? lines : lines.slice(0, cut);
}

const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;
