import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withBenchServers } from './bench-servers.ts';
import { compare } from './compare.ts';
import { measureEndings } from './endings.ts';
import { describeEndings } from './endings-report.ts';
import { describeReport } from './report.ts';

/**
 * `npm run bench [-- --runs N] [--json]`: approved runs of one `terraform_data` on the local TFE, by Runwright and by a
 * plain polling client, in turn.
 *
 * `npm run bench -- endings [--waiting N] [--runs N] [--json]`: how soon the end of a run is known while N other runs wait
 * for people. Takes about eight minutes; exit code 1 when it is too late.
 *
 * The report is also written to `.cache/bench`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    waiting: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  },
});

switch (positionals[0]) {
  case undefined: {
    const runs = wholeNumber('runs', values.runs ?? '10');
    const report = await withBenchServers({ engine: 'terraform' }, (servers) => compare(servers, runs));
    await keep('latest.json', report);
    print(report, describeReport(report));
    break;
  }
  case 'endings': {
    const [waiting, each] = [wholeNumber('waiting', values.waiting), wholeNumber('runs', values.runs ?? '5')];
    const report = await withBenchServers({ engine: 'simulated' }, (servers) =>
      measureEndings(servers, { waiting, each }),
    );
    await keep('endings.json', report);
    const { text, isKept } = describeEndings(report);
    print(report, text);
    if (!isKept) process.exitCode = 1;
    break;
  }
  default:
    throw new Error(`there is no benchmark ${positionals[0]}: \`endings\`, or nothing`);
}

function wholeNumber(name: string, given: string): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${name} must be a whole number from 1 on, not ${given}`);
  return number;
}

async function keep(name: string, report: object): Promise<void> {
  const file = fileURLToPath(new URL(`../.cache/bench/${name}`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

function print(report: object, text: string): void {
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : text);
}
