import { fileURLToPath } from 'node:url';
import { endingWithParent, runInPlace } from '../bin/run-in-place.js';
import { findTemporal } from '../src/stack/temporal/temporal-program.ts';

/**
 * `npm test`: Jest with whatever arguments it is given, after making sure that there is a Temporal server to test on.
 * Without `--selectProjects` these are all tests but those with scripts of their own.
 */
const args = process.argv.slice(2);
const isOnlyUnit = args.join(' ') === '--selectProjects unit';
if (!isOnlyUnit && process.env['RUNWRIGHT_TEST_TEMPORAL_ADDRESS'] === undefined) {
  await findTemporal(process.env, (line) => console.error(line));
}

// SEED/MINUTES: other cases for another seed, more of them for more minutes.
const FAULTS_SLICE = '1/1';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const isEverything = !args.includes('--selectProjects');
const projects = isEverything ? ['--selectProjects', 'unit', 'server', 'faults'] : [];
// Beside all else a slice of the faults; `npm run test:faults` runs the whole matrix, which takes hours.
if (isEverything) process.env['RUNWRIGHT_FAULTS_SLICE'] ??= FAULTS_SLICE;
const nodeFlags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
await runInPlace(process.execPath, [...endingWithParent, ...nodeFlags, jest, ...args, ...projects]);
