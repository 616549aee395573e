import type { Configuration, RunMode, RunRequest } from './contract/run-request.ts';
import { countOf } from './domain/count-of.ts';

// The server takes 400 bytes; lists in the UI show less than half of it.
const SUMMARY_MAX_BYTES = 200;

const VERBS: Record<RunMode, string> = {
  'plan-and-apply': 'apply',
  'plan-only': 'plan',
  destroy: 'destroy',
  'refresh-only': 'refresh',
};

/** One line for the list of workflows: "apply demo/hello: say hello". */
export function summaryOf({ organization, workspace, run }: RunRequest): string {
  const what = `${VERBS[run.mode]} ${organization}/${workspace}`;
  return cutToBytes(escapeMarkdown(run.message ? `${what}: ${run.message}` : what), SUMMARY_MAX_BYTES);
}

/** What is asked and by whom, and how to decide by hand: Markdown, shown by the Temporal UI also without a worker. */
export function detailsOfRequest(request: RunRequest, tfeAddress: string): string {
  const { organization, workspace, run, approval } = request;
  const rows: [string, string][] = [
    ['workspace', `[${organization}/${workspace}](${tfeAddress}/app/${organization}/workspaces/${workspace})`],
    ['mode', run.mode],
    ['asked for by', escapeMarkdown(request.requestedBy)],
    ['configuration', describeConfiguration(request.configuration)],
    ...(run.message ? [['message', escapeMarkdown(run.message)] satisfies [string, string]] : []),
    ...narrowed('only', run.targets),
    ...narrowed('replaces', run.replace),
    ['variables', describeVariables(run.variables)],
  ];
  const table = ['| | |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
  return [table, run.mode === 'plan-only' ? 'Nothing is applied.' : howToDecide(approval.approvers)].join('\n\n');
}

function howToDecide(approvers: number): string {
  const people = approvers === 1 ? 'one person has approved' : `${approvers} people have approved`;
  return [
    `**Nothing is applied before ${people} it as planned.** More Actions → Send a Signal, with the id of the planned run:`,
    '', // the Temporal UI takes a list for one only after an empty line
    '- `approve` with `{"runId": "run-…", "by": "your name"}`',
    '- `reject` with `{"runId": "run-…", "by": "your name", "reason": "why"}`',
  ].join('\n');
}

function describeConfiguration(configuration: Configuration): string {
  switch (configuration.kind) {
    case 'archive': {
      const { sha256, bytes, files } = configuration.archive;
      return `${countOf(files, 'file')}, ${bytes} bytes, sha256 ${sha256.slice(0, 12)}…`;
    }
    case 'configuration-version':
      return configuration.id;
    case 'current':
      return "the workspace's current one";
  }
}

const VARIABLES_SHOWN = 40;
const VALUE_SHOWN = 100;

/** With their values: people decide on them, and whoever may see the request can read them in its input anyway. */
function describeVariables(variables: Record<string, string> = {}): string {
  const all = Object.entries(variables);
  if (all.length === 0) return 'as set in the workspace';
  const shown = all.slice(0, VARIABLES_SHOWN).map(([name, value]) => `${asCode(name)} = ${asCode(value)}`);
  return [...shown, ...(all.length > VARIABLES_SHOWN ? [`and ${all.length - VARIABLES_SHOWN} more`] : [])].join(', ');
}

function asCode(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
  const cut = line.length > VALUE_SHOWN ? `${line.slice(0, VALUE_SHOWN - 1)}…`.toWellFormed() : line;
  return `\`${cut.replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

const narrowed = (name: string, addresses: string[] | undefined): [string, string][] =>
  addresses === undefined || addresses.length === 0
    ? []
    : [[name, addresses.map((address) => `\`${address.replaceAll('`', "'")}\``).join(' ')]];

// What people write must not become links, tables or markup in the UI.
const escapeMarkdown = (text: string): string =>
  text
    .slice(0, 500)
    .replaceAll(/[\\`*_[\]<>|#]/g, '\\$&')
    .replaceAll(/\s+/g, ' ');

function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let cut = text;
  while (Buffer.byteLength(cut) > maxBytes - 3) cut = [...cut].slice(0, -1).join('');
  return `${cut}…`;
}
