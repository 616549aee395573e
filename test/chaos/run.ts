import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wreakHavoc } from './one-seed.ts';
import { describeChaos, reportOfSeeds, type ChaosOutcome } from './report.ts';
import { startChaosServers } from './servers.ts';

/**
 * `npm run chaos [-- --runs N --seeds 1-20 --minutes M --plain N --report FILE]`: requests from a seed, while faults
 * strike, people act in TFE, operators act in Temporal, and workers, Temporal and TFE are killed. Each seed has servers of
 * its own. Prints a table of invariants and counts for each; exit code 1 on any violation. The order of all decisions
 * comes from the seed; what meets what on the way depends on the machine.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    plain: { type: 'string', default: '20' },
    report: { type: 'string' },
  },
});
const [runs, minutes, plain] = [values.runs, values.minutes, values.plain].map(Number) as [number, number, number];
const [first = 1, last = first] = (values.seed ?? values.seeds).split('-').map(Number);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const outcomes: ChaosOutcome[] = [];
for (let seed = first; seed <= last; seed += 1) {
  const outcome = await oneSeed(seed);
  outcomes.push(outcome);
  process.stdout.write(`${describeChaos(outcome)}\n`);
  // After each: what was found is kept, whatever the next one comes to.
  if (values.report !== undefined) writeFileSync(values.report, reportOfSeeds(outcomes, { commit: commit(), runs }));
}

async function oneSeed(seed: number): Promise<ChaosOutcome> {
  const directory = await mkdtemp(join(tmpdir(), 'runwright-chaos-'));
  const servers = await startChaosServers(directory, say);
  let isGood = false;
  try {
    const outcome = await wreakHavoc(servers, { seed, runs, minutes, plain, say });
    isGood = outcome.violations.length === 0;
    return outcome;
  } finally {
    await servers.stop();
    if (isGood) await rm(directory, { recursive: true, force: true });
    else {
      process.exitCode = 1;
      say(`what is left of seed ${seed}: ${directory}`);
    }
  }
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  return (
    git('rev-parse', '--short=12', 'HEAD') +
    (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', with changes')
  );
}
