import { parseArgs } from 'node:util';
import { allMutants, type NamedMutant } from './all-mutants.ts';
import { copyProject } from './mutable-copy.ts';
import { tryMutant, type Tried } from './try-mutant.ts';
import { faultSeed } from '../support/fault-seed.ts';
import { seededRandom } from '../support/seeded-random.ts';

/**
 * `npm run test:mutants [-- NAME…]`: takes fixes back, one at a time, in a copy of the project, and demands that the test
 * of each fails for that reason. A NAME is a part of the names to try. `--sample N [--seed S]`: N of them, others each day.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: String(faultSeed()) } },
});
const named = (await allMutants()).filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
const chosen =
  values.sample === undefined
    ? named
    : seededRandom(Number(values.seed)).shuffled(named).slice(0, Number(values.sample));
if (chosen.length === 0) {
  console.error(`no mutant is named so: ${positionals.join(', ')}`);
  process.exit(2);
}

const copy = copyProject();
const width = Math.max(...chosen.map(({ name }) => name.length));
let escaped = 0;
try {
  for (const mutant of chosen) {
    const startedAt = performance.now();
    const tried = await tryMutant(copy, mutant);
    if (tried.kind !== 'caught') escaped += 1;
    console.log(lineOf(mutant, tried, Math.round((performance.now() - startedAt) / 1_000)));
  }
} finally {
  copy.remove();
}
console.log(`${chosen.length - escaped} of ${chosen.length} mutants caught`);
process.exitCode = escaped > 0 ? 1 : 0;

function lineOf({ name, title }: NamedMutant, tried: Tried, seconds: number): string {
  const line = ` ${tried.kind === 'caught' ? '✔' : '✘'} ${name.padEnd(width)}  ${tried.kind.padEnd(16)} ${String(seconds).padStart(4)} s  ${title}`;
  return tried.kind === 'caught' ? line : `${line}\n     ${tried.why.replaceAll('\n', '\n     ')}`;
}
