import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runToItsEnd } from '../bin/run-in-place.js';
import { countResults, describeCounts, type StepResult } from './check-results.ts';

interface Step {
  /** An npm script. */
  readonly script: string;
  readonly kind: 'check' | 'jest';
  readonly args?: readonly string[];
}

/** All that CI runs, in CI's order; to the end, even when a step fails. */
const STEPS: readonly Step[] = [
  { script: 'typecheck', kind: 'check' },
  { script: 'lint', kind: 'check' },
  { script: 'format:check', kind: 'check' },
  { script: 'test', kind: 'jest' },
  { script: 'test:crashes', kind: 'jest' },
  { script: 'test:operations', kind: 'jest' },
  // A few each day: all of them take half an hour.
  { script: 'test:mutants', kind: 'check', args: ['--sample', '6'] },
  { script: 'build', kind: 'check' },
  { script: 'test:package', kind: 'jest' },
];

/**
 * `npm run check`; its last line is `N passed, N failed`.
 *
 * `--done SCRIPT=EXITCODE`: that step was run before (CI runs `npm test` by itself); its results are counted, from the
 * same folder, without running it again.
 */
const { values } = parseArgs({ options: { done: { type: 'string', multiple: true, default: [] } } });
const done = new Map(values.done.map((result) => result.split('=') as [string, string]));

const report = fileURLToPath(new URL('../.cache/check', import.meta.url));
await mkdir(report, { recursive: true });
const results: StepResult[] = [];
for (const step of STEPS) results.push(await run(step));

console.log();
for (const { script, ok, seconds } of results) {
  console.log(` ${ok ? '✔' : '✘'} ${script}${seconds === undefined ? '' : ` (${seconds} s)`}`);
}
const counts = await countResults(report, results);
console.log(describeCounts(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;

async function run({ script, kind, args = [] }: Step): Promise<StepResult> {
  const output = kind === 'jest' ? { output: `${script.replaceAll(':', '-')}.json` } : {};
  const earlier = done.get(script);
  if (earlier !== undefined) return { script, ok: earlier === '0', ...output };

  console.log(`\n▶ npm run ${script}`);
  const startedAt = performance.now();
  const jestArgs = output.output === undefined ? [] : ['--json', `--outputFile=${join(report, output.output)}`];
  const { code } = await runToItsEnd('npm', ['run', '--silent', script, '--', ...args, ...jestArgs]);
  return { script, ok: code === 0, seconds: Math.round((performance.now() - startedAt) / 1000), ...output };
}
