import type { RequestListing } from '@runwright/client';
import { printable } from '@runwright/client/domain';
import { describeDuration } from './duration.ts';
import { padded, painted, table, widthOf, type Line } from '../terminal/writing.ts';

/** The shown facts of a request, as text that a terminal does not obey. */
interface Row {
  key: string;
  workspace: string;
  /** State, run and since. */
  facts: string[];
  askedForBy: string;
}

const HEAD: Row = {
  key: 'KEY',
  workspace: 'WORKSPACE',
  facts: ['STATE', 'RUN', 'SINCE'],
  askedForBy: 'ASKED FOR BY',
};

/**
 * One line for each request if all of them fit. Otherwise each begins with its whole key, for people to copy, and its
 * facts stand below in columns. No cell is ever cut.
 */
export function requestTable(
  found: readonly RequestListing[],
  { columns, nowMs }: { columns: number; nowMs: number },
): Line[] {
  const rows = [HEAD, ...found.map((request) => rowOf(request, nowMs))];
  const lines = table(
    rows.map(({ key, workspace, facts, askedForBy }) => [key, workspace, ...facts, askedForBy]),
    Number.POSITIVE_INFINITY,
  );
  return lines.every((line) => widthOf(line) <= columns) ? lines : blocksOf(rows, columns);
}

const rowOf = (request: RequestListing, nowMs: number): Row => ({
  key: printable(request.id),
  workspace: printable(`${request.organization}/${request.workspace}`),
  facts: [
    stateOf(request),
    request.runId ?? '–',
    describeDuration(nowMs - Date.parse(request.since ?? request.startedAt)),
  ].map(printable),
  askedForBy: printable(request.requestedBy ?? '–'),
});

/** The phase of a request, or how it ended. */
const stateOf = ({ phase, outcome }: RequestListing): string => outcome ?? phase;

function blocksOf(rows: readonly Row[], columns: number): Line[] {
  const widths = HEAD.facts.map((_, column) => Math.max(...rows.map(({ facts }) => widthOf(facts[column] ?? ''))));
  return rows.flatMap((row) => [
    ...titleOf(row, columns),
    ...factLines(row.facts.map((fact, column) => padded(fact, widths[column] ?? 0)).join('  '), row, columns),
  ]);
}

function titleOf({ key, workspace }: Row, columns: number): Line[] {
  const where = `→ ${workspace}`;
  const name = painted('bold', key);
  return widthOf(`${key} ${where}`) <= columns ? [[name, ` ${where}`]] : [[name], `  ${where}`];
}

function factLines(facts: string, { askedForBy }: Row, columns: number): Line[] {
  const line = `  ${facts}  ${askedForBy}`;
  return widthOf(line) <= columns ? [line] : [`  ${facts.trimEnd()}`, `    ${askedForBy}`];
}
