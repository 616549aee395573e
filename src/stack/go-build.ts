import { spawn } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Environment } from './child-environment.ts';
import { findOnPath } from './program-path.ts';

export interface GoBuild {
  /** Folder with `go.mod` and `go.sum`. */
  readonly directory: string;
  readonly package: string;
  /** The finished program appears here at once, or not at all. */
  readonly target: string;
  readonly environment: Environment;
  readonly report: (line: string) => void;
  /** Extra `-ldflags`, besides those that leave out debug information. */
  readonly linkerFlags?: string;
}

const REPORT_EVERY_MS = 10_000;
const BUILD_WITHIN_MS = 30 * 60_000;
const ERROR_LINES = 5;

/** Builds one program from pinned Go modules. Rejects with one sentence, and the end of what Go said, when it cannot. */
export async function buildWithGo(build: GoBuild): Promise<void> {
  const go = await findOnPath('go', build.environment);
  if (go === undefined) throw new Error('Go is not installed');
  const unfinished = `${build.target}.building-${process.pid}`;
  const linkerFlags = `-s -w ${build.linkerFlags ?? ''}`.trim();
  const args = [
    'build',
    '-v',
    '-trimpath',
    '-mod=readonly',
    `-ldflags=${linkerFlags}`,
    '-o',
    unfinished,
    build.package,
  ];
  try {
    await runGo(go, args, build);
    await rename(unfinished, build.target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** `go` prints one line for each module it downloads and each package it compiles: the only progress there is. */
async function runGo(go: string, args: readonly string[], build: GoBuild): Promise<void> {
  const running = spawn(go, args, {
    cwd: build.directory,
    // No cgo: the result needs no C compiler here and no shared library there.
    env: { ...build.environment, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: BUILD_WITHIN_MS,
  });
  const counts = { downloaded: 0, compiled: 0 };
  const last: string[] = [];
  createInterface({ input: running.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) counts.downloaded += 1;
    else if (/^[\w./@~-]+$/.test(line)) counts.compiled += 1;
    else last.push(line);
  });
  const startedAt = performance.now();
  const reporting = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const { downloaded, compiled } = counts;
    build.report(`  … ${seconds} s: ${downloaded} modules downloaded, ${compiled} packages compiled`);
  }, REPORT_EVERY_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      running.once('error', reject);
      running.once('close', resolve);
    });
    if (code !== 0) throw new Error(`go build failed: ${last.slice(-ERROR_LINES).join(' | ') || `exit code ${code}`}`);
  } finally {
    clearInterval(reporting);
  }
}
