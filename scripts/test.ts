import { fileURLToPath } from 'node:url';
import { endingWithParent, runInPlace } from '../bin/run-in-place.js';
import { findTemporal } from '../src/stack/temporal-program.ts';

/**
 * `npm test`: Jest with whatever arguments it is given, after making sure that there is a Temporal server to test on.
 * Without `--selectProjects` these are all tests but those with scripts of their own.
 */
const args = process.argv.slice(2);
const isOnlyUnit = args.join(' ') === '--selectProjects unit';
if (!isOnlyUnit && process.env['RUNWRIGHT_TEST_TEMPORAL_ADDRESS'] === undefined) {
  await findTemporal(process.env, (line) => console.error(line));
}

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const projects = args.includes('--selectProjects') ? [] : ['--selectProjects', 'unit', 'server'];
const nodeFlags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
await runInPlace(process.execPath, [...endingWithParent, ...nodeFlags, jest, ...args, ...projects]);
