import { existsSync, readFileSync } from 'node:fs';

/** Written by `npm run build` beside the compiled sources. */
const BUILT = new URL('../build-id.txt', import.meta.url);
const PACKAGE = new URL('../../package.json', import.meta.url);

/**
 * What this process runs: package version and commit, e.g. `0.1.0+1769c22`; `0.1.0+checkout` where the sources run as
 * they are. Workers report it to Temporal, so that the UI shows which code took which step.
 */
export function buildId(): string {
  if (existsSync(BUILT)) return readFileSync(BUILT, 'utf8').trim();
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  return `${version}+checkout`;
}
