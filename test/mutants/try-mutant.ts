import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { MutableCopy } from './mutable-copy.ts';
import type { Mutant } from './mutant.ts';

/** What came of a mutant. Everything but `caught` is a fault of the tests, or of the mutant. */
export type Tried =
  | { kind: 'caught' }
  | { kind: 'survived' | 'edit-not-applied' | 'test-not-found' | 'other-reason' | 'broken'; why: string };

/** The part of Jest's report that counts. */
export interface JestReport {
  testResults: {
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Runs the test of a mutant on the copy with its edits. */
export async function tryMutant(copy: MutableCopy, mutant: Mutant): Promise<Tried> {
  try {
    return await copy.withEdits(mutant.edits, () => runTest(copy.directory, mutant));
  } catch (error) {
    return { kind: 'edit-not-applied', why: (error as Error).message };
  }
}

async function runTest(directory: string, mutant: Mutant): Promise<Tried> {
  const { test } = mutant;
  const report = join(directory, 'mutant.json');
  const output = join(directory, 'mutant.log');
  rmSync(report, { force: true });
  const log = openSync(output, 'w');
  const pattern = test.name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
      ...['--selectProjects', test.project, '--runInBand', '--json', `--outputFile=${report}`],
      ...['--testNamePattern', pattern, '--runTestsByPath', test.file],
    ],
    { cwd: directory, stdio: ['ignore', log, log] },
  );
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  closeSync(log);
  if (existsSync(report)) return judge(mutant, JSON.parse(readFileSync(report, 'utf8')) as JestReport);
  return { kind: 'broken', why: `Jest gave no report: ${readFileSync(output, 'utf8').slice(-2_000)}` };
}

/** Whether the test has failed, and for the mistake that the mutant makes. */
export function judge({ test, because }: Pick<Mutant, 'test' | 'because'>, report: JestReport): Tried {
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const ran = results.filter(({ fullName, status }) => fullName.includes(test.name) && status !== 'pending');
  if (ran.length === 0) {
    const message = report.testResults.map((file) => file.message).join('\n');
    return message.trim() === ''
      ? { kind: 'test-not-found', why: `${test.file} holds no test named so: ${test.name}` }
      : { kind: 'broken', why: message.slice(0, 2_000) };
  }
  const failures = ran.filter(({ status }) => status === 'failed').flatMap(({ failureMessages }) => failureMessages);
  if (failures.length === 0) return { kind: 'survived', why: `${test.file} passes with it` };
  if (failures.some((failure) => stripVTControlCharacters(failure).includes(because))) return { kind: 'caught' };
  return { kind: 'other-reason', why: stripVTControlCharacters(failures.join('\n')).slice(0, 2_000) };
}
