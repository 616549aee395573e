// Runs a script or a development tool of the project, after making sure that it can run: straight after a clone, on any
// Node since 18, with nothing installed.
//
//   node scripts/with-setup.mjs scripts/demo.ts --hold
//   node scripts/with-setup.mjs tsc --noEmit
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProjectNode, isNewEnough, OLDEST_NODE } from '../bin/project-node.js';
import { endingWithParent, runInPlace } from '../bin/run-in-place.js';
import { installDependencies } from './install-dependencies.mjs';

/** The packages of the project as they stand here, not as they were built last: for the program and all its children. */
const SOURCES = '--conditions=runwright-source';

const root = fileURLToPath(new URL('..', import.meta.url));
const [target, ...args] = process.argv.slice(2);
if (target === undefined) fail('usage: node scripts/with-setup.mjs SCRIPT.ts|TOOL [ARGUMENT…]', 2);

try {
  await installDependencies(root, (line) => console.error(line));
} catch (error) {
  fail(error.message, 1);
}

const node = findProjectNode(root) ?? (isNewEnough() ? process.execPath : undefined);
if (node === undefined) fail(`Node ${OLDEST_NODE} or newer is needed, and the npm package "node" brought none.`, 2);

const tools = join(root, 'node_modules', '.bin');
const env = {
  ...process.env,
  PATH: [tools, process.env.PATH].join(delimiter),
  NODE_OPTIONS: [process.env.NODE_OPTIONS, SOURCES].filter(Boolean).join(' '),
};
if (/\.(ts|mjs|js)$/.test(target)) await runInPlace(node, [...endingWithParent, target, ...args], env);
else await runInPlace(join(tools, target), args, env);

/**
 * @param {string} sentence
 * @param {number} code
 * @returns {never}
 */
function fail(sentence, code) {
  console.error(sentence);
  process.exit(code);
}
