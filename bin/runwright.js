#!/usr/bin/env node
// Plain JavaScript for any Node since 18, so that an old one gets a sentence (or the project's own Node), not a stack trace.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findProjectNode, isNewEnough, OLDEST_NODE } from './project-node.js';
import { endingWithParent, runInPlace } from './run-in-place.js';

const USAGE_OR_CONFIGURATION = 2;
const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src', 'cli.ts');
const isCheckout = existsSync(source);

if (isCheckout && !existsSync(join(root, 'node_modules'))) {
  refuse('The dependencies are not installed. Run `npm ci` in the checkout first.');
}
if (isNewEnough()) {
  if (isCheckout) await import('./source-condition.js');
  await import(pathToFileURL(isCheckout ? source : join(root, 'dist', 'cli.js')).href);
} else {
  const node = findProjectNode(root);
  if (node === undefined) refuse(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
  await runInPlace(node, [...endingWithParent, fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function refuse(sentence) {
  console.error(`runwright: ${sentence}`);
  process.exit(USAGE_OR_CONFIGURATION);
}
