import type { Decision, PlannedChange, RunView } from '@runwright/client/contract';
import { countOf } from '@runwright/client/domain';
import { changeList, destroyedBy, restOf } from './change-list.ts';
import { destroys } from './planned-changes.ts';

/** What the server accepts. */
export const DETAILS_MAX_BYTES = 20_000;
// The text before the list of changes comes from people and must leave room for the list.
const BEFORE_CHANGES_MAX_BYTES = 9_000;
const HARMLESS_SHOWN = 40;
const DECISIONS_SHOWN = 10;

/**
 * What the Temporal UI shows while a request is open: Markdown, at most DETAILS_MAX_BYTES. Total. The changes stand
 * last because their length varies, and destructive ones stand first among them.
 */
export function detailsOf(view: RunView): string {
  const toDo = whatToDo(view);
  const known = joined([headline(view), facts(view), decisions(view), notes(view)]);
  const before = joined([fittingText(known, BEFORE_CHANGES_MAX_BYTES - utf8Bytes(toDo)), toDo]);
  return joined([before, plan(view, DETAILS_MAX_BYTES - utf8Bytes(`${before}\n\n`))]);
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

function fittingText(text: string, maxBytes: number): string {
  const lines = text.split('\n');
  const shown = fitting(lines, maxBytes - utf8Bytes('\n…'));
  return shown.length < lines.length ? [...shown, '…'].join('\n') : text;
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
    ['failed', view.failure && failureIn(view.failure)],
    ...asked(view),
  ];
  const shown = rows.filter((row): row is [string, string] => Boolean(row[1]));
  return ['| | |', '| --- | --- |', ...shown.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

const CHANGED = {
  nothing: 'nothing was changed',
  something: 'something was changed',
  unknown: 'what was changed is not known',
};

const failureIn = ({ type, message, changed }: NonNullable<RunView['failure']>): string =>
  `${type}: ${escapeMarkdown(message)} (${CHANGED[changed]})`;

const VARIABLES_SHOWN = 10;

/** Variables are public, and people need them to decide. */
function asked({ asked: run }: RunView): [string, string | undefined][] {
  const variables = Object.entries(run?.variables ?? {});
  const shown = variables
    .slice(0, VARIABLES_SHOWN)
    .map(([name, value]) => `${codeInCell(name, 80)} = ${codeInCell(value, 120)}`);
  const more = variables.length - shown.length;
  const all = [...shown, ...(more > 0 ? [`and ${more} more, in the request's input`] : [])];
  return [
    ['mode', run?.mode],
    ['variables', all.length > 0 ? all.join(', ') : undefined],
  ];
}

function plan(view: RunView, maxBytes: number): string {
  const { plan: counts, plannedChanges } = view;
  if (counts === undefined && plannedChanges === undefined) return '';
  const sum = counts === undefined ? '**Plan**' : sumOfPlan(counts);
  const destroyed = destroyedBy(view);
  const alarm = destroyed > 0 ? `**${countOf(destroyed, 'resource')} will be destroyed or replaced.**` : '';
  // Keep room for the sentences about what is not listed.
  let bytes = utf8Bytes(joined([sum, alarm])) + 3_000;
  let harmless = 0;
  const list = changeList(view, (change) => {
    bytes += utf8Bytes(lineOf(change)) + 1;
    return bytes <= maxBytes && (destroys(change) || ++harmless <= HARMLESS_SHOWN);
  });
  const { loud, quiet } = restOf(view, list);
  // The Temporal UI recognizes a list only after an empty line.
  const lines = [...list.listed.map(lineOf), ...quiet.map((line) => `- ${escapeMarkdown(line)}`)];
  return joined([sum, alarm, ...loud.map((line) => `**${escapeMarkdown(line)}**`), lines.join('\n')]);
}

function sumOfPlan({ additions, changes, destructions, imports }: NonNullable<RunView['plan']>): string {
  const more = imports > 0 ? `, ${imports} to import` : '';
  return `**Plan**: ${additions} to add, ${changes} to change, ${destructions} to destroy${more}`;
}

const lineOf = (change: PlannedChange): string =>
  `- ${destroys(change) ? `**${change.action}**` : change.action} ${asCode(change.address)}`;

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
  const lines = [
    view.blocker && `**Blocked**: ${escapeMarkdown(view.blocker)}`,
    view.inDoubt && `**In doubt**: ${escapeMarkdown(view.inDoubt)}`,
    ...view.warnings.slice(-10).map((warning) => `**Warning**: ${escapeMarkdown(warning)}`),
  ];
  return joined(lines.filter((line): line is string => Boolean(line)));
}

/** Decisions that count keep their places, however many others there are. */
function decisions({ approval, refusedMessages }: RunView): string {
  const counted = approval.decisions.filter(({ ignored }) => ignored === undefined);
  const others = approval.decisions.filter(({ ignored }) => ignored !== undefined);
  const shown = [...counted.slice(-DECISIONS_SHOWN), ...others.slice(-DECISIONS_SHOWN)].map(decisionLine);
  const lines = [...shown, ...refusedMessages.slice(-DECISIONS_SHOWN).map(refusedLine)];
  return lines.length === 0 ? '' : ['**Decisions**', '', ...lines].join('\n');
}

const refusedLine = ({ message, reason }: RunView['refusedMessages'][number]): string =>
  `- ${escapeMarkdown(message, 200)} was refused: ${escapeMarkdown(reason, 200)}`;

function decisionLine({ choice, by, comment, ignored }: Decision): string {
  const why = comment ? `: ${escapeMarkdown(comment, 200)}` : '';
  return `- ${choice} by ${escapeMarkdown(by, 200)}${why}${ignored ? ` (not counted: ${ignored})` : ''}`;
}

// Names and messages are other people's text and must not become links, tables or markup. Escaping does not keep a bare
// address from becoming a link, so an invisible word joiner splits it. Control and direction characters are left out.
const escapeMarkdown = (text: string, longest = 500): string =>
  oneLine(text, longest)
    .replaceAll(/[\\`*_[\]<>|#~&!]/g, '\\$&')
    .replaceAll(/https?:(?=\/\/)|www(?=\.)/gi, '$&\u2060');

const asCode = (text: string, longest = 250): string => `\`${oneLine(text, longest).replaceAll('`', "'")}\``;

const codeInCell = (text: string, longest: number): string => asCode(text, longest).replaceAll('|', '\\|');

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
