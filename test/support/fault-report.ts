import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckedInvariant, Violation } from './invariants/evidence.ts';

/** What one case of the matrix showed. */
export interface CaseResult {
  readonly target: string;
  /** All of it: the fault, what came besides, and what became of the worker. */
  readonly name: string;
  readonly fault: string;
  readonly worker: string;
  readonly event: string | undefined;
  /** How often the fault struck: 0 would mean that the case proves nothing. */
  readonly struck: number;
  readonly violations: readonly Violation[];
  /** Secrets that were found where none may be (I4). */
  readonly leaks: readonly string[];
  /** What else was not as it must be; undefined where all was. */
  readonly problem: string | undefined;
  readonly seconds: number;
}

/** I5 is asked where a budget is declared. */
const IN_EACH_CASE: readonly CheckedInvariant[] = ['I1', 'I2', 'I3', 'I4', 'I6', 'I8'];
const REPORT = fileURLToPath(new URL('../../.cache/faults/report.md', import.meta.url));

const CASES = fileURLToPath(new URL('../../.cache/faults/cases.jsonl', import.meta.url));

/** Before the first case. */
export function forgetCases(): void {
  mkdirSync(dirname(CASES), { recursive: true });
  writeFileSync(CASES, '');
}

/** A line in `.cache/faults/cases.jsonl`, so that whoever waits for the end sees how far it is. */
export const keepCase = (result: CaseResult): void => appendFileSync(CASES, `${JSON.stringify(result)}\n`);

export const isGood = ({ struck, violations, leaks, problem }: CaseResult): boolean =>
  struck > 0 && violations.length === 0 && leaks.length === 0 && problem === undefined;

/** Cases × invariants as a table, one row for each write, wait and read; written to `.cache/faults/report.md` too. */
export function reportOf(results: readonly CaseResult[], scope: string): string {
  const targets = [...new Set(results.map(({ target }) => target))];
  const rows = targets.map((target) =>
    rowOf(
      target,
      results.filter((result) => result.target === target),
    ),
  );
  const table = [
    `Faults: ${scope}; ${results.length} cases, ${results.filter((one) => !isGood(one)).length} failed`,
    '',
    `| write, wait or read | cases | second event | worker killed | fault struck | ${IN_EACH_CASE.join(' | ')} | ended as it must | slowest |`,
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
    rowOf('**all**', results),
    '',
  ].join('\n');
  mkdirSync(dirname(REPORT), { recursive: true });
  writeFileSync(REPORT, table);
  return table;
}

function rowOf(name: string, results: readonly CaseResult[]): string {
  const verdict = (invariant: CheckedInvariant): string => {
    const broken = results.filter(
      ({ violations, leaks }) =>
        violations.some((violation) => violation.invariant === invariant) || (invariant === 'I4' && leaks.length > 0),
    ).length;
    return broken === 0 ? 'held' : `**broken in ${broken}**`;
  };
  const killed = results.filter(({ worker }) => worker !== 'lives').length;
  const second = results.filter(({ event }) => event !== undefined).length;
  const struck = results.filter((result) => result.struck > 0).length;
  const ended = results.filter(({ problem }) => problem === undefined).length;
  const slowest = Math.max(...results.map(({ seconds }) => seconds));
  return `| ${name} | ${results.length} | ${second} | ${killed} | ${struck} | ${IN_EACH_CASE.map(verdict).join(' | ')} | ${ended} | ${slowest.toFixed(0)} s |`;
}
