import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countResults, describeCounts } from './check-results.ts';

const step = (ok: boolean) => ({ script: 'lint', ok });
const jest = (ok: boolean, name: string) => ({ script: 'test', ok, output: `${name}.json` });

describe('counting the results of a check', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runwright-results-'));
    await writeFile(join(directory, 'green.json'), jestResults({ numPassedTests: 7, numPendingTests: 1 }));
    await writeFile(join(directory, 'red.json'), jestResults({ numPassedTests: 2, numFailedTests: 1 }));
    await writeFile(join(directory, 'unloadable.json'), jestResults({ numRuntimeErrorTestSuites: 1 }));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each([
    {
      name: 'adds up runs of Jest and other steps',
      ends: '8 passed, 0 failed, 1 skipped',
      steps: [step(true), jest(true, 'green')],
    },
    {
      name: 'counts a failed step as one',
      ends: '7 passed, 1 failed, 1 skipped',
      steps: [step(false), jest(true, 'green')],
    },
    {
      name: 'counts failed tests, not the run that failed for them',
      ends: '2 passed, 1 failed',
      steps: [jest(false, 'red')],
    },
    {
      name: 'counts a test file that cannot be loaded',
      ends: '0 passed, 1 failed',
      steps: [jest(false, 'unloadable')],
    },
    {
      name: 'counts a run that failed though its tests passed',
      ends: '7 passed, 1 failed, 1 skipped',
      steps: [jest(false, 'green')],
    },
    { name: 'counts a run without results as failed', ends: '0 passed, 1 failed', steps: [jest(true, 'missing')] },
  ])('$name', async ({ steps, ends }) => {
    expect(describeCounts(await countResults(directory, steps))).toBe(ends);
  });
});

const jestResults = (numbers: Record<string, number>): string =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    ...numbers,
  });
