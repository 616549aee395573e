import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How one step of the check ended. */
export interface StepResult {
  readonly script: string;
  readonly ok: boolean;
  readonly seconds?: number;
  /** Name of the file, in the folder of the report, that Jest wrote its results into; only for runs of Jest. */
  readonly output?: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The numbers of Jest's `--json` that are counted. */
interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Test files that could not even be loaded: their tests are counted nowhere else. */
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * Adds up the tests of all runs of Jest; every other step counts as one. A step that failed counts as one failure at
 * least, also when Jest wrote no results or found nothing wrong with the tests themselves.
 */
export async function countResults(directory: string, results: readonly StepResult[]): Promise<Counts> {
  const counts = await Promise.all(results.map((result) => countStep(directory, result)));
  return counts.reduce((sum, { passed, failed, skipped }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
  }));
}

export const describeCounts = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

async function countStep(directory: string, { ok, output }: StepResult): Promise<Counts> {
  if (output === undefined) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  const jest = await readJestResults(join(directory, output));
  const failed = jest.numFailedTests + jest.numRuntimeErrorTestSuites;
  return {
    passed: jest.numPassedTests,
    failed: ok ? failed : Math.max(failed, 1),
    skipped: jest.numPendingTests + jest.numTodoTests,
  };
}

const NOTHING: JestResults = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

async function readJestResults(file: string): Promise<JestResults> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JestResults;
  } catch {
    return { ...NOTHING, numRuntimeErrorTestSuites: 1 };
  }
}
