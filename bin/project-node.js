// Plain JavaScript for any Node since 18: it runs before the right Node is known.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Runs TypeScript as it is, and has every API the sources use. The same as `engines` in package.json. */
export const OLDEST_NODE = '22.18';

/** @param {string} version such as `22.18.0` */
export function isNewEnough(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * The Node that the npm package `node` installed for the project, if it did: looked for like Node looks for packages, from
 * the project's folder upwards.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function findProjectNode(root) {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}
