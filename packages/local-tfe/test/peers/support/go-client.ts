import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFileLock } from '../../../../../src/stack/file-lock.js';
import { childEnvironment } from '../../../../../src/stack/child-environment.ts';
import { buildWithGo } from '../../../../../src/stack/go-build.ts';
import { findOnPath, isExecutable, outputOf } from '../../../../../src/stack/program-path.ts';

const SOURCES = fileURLToPath(new URL('../go-client', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../../../.cache/peers', import.meta.url));
const run = promisify(execFile);

/** Why the program cannot be built on this machine: completes the sentence "left out: …"; `undefined` when it can. */
export async function whyNoGo(): Promise<string | undefined> {
  const go = await findOnPath('go', process.env);
  if (go === undefined) return 'Go is not installed';
  const needed = /^go (\S+)$/m.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1] ?? '';
  const found = (await outputOf(go, ['env', 'GOVERSION']))?.trim().replace(/^go/, '') ?? 'none';
  return isOlder(found, needed) ? `it needs Go ${needed}, here is ${found}` : undefined;
}

export function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

/** Builds packages/local-tfe/test/peers/go-client once for its sources, from modules pinned by their hashes. Needs Go and the Go module proxy. */
export async function buildGoClient(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of readdirSync(SOURCES).toSorted()) hash.update(name).update(readFileSync(join(SOURCES, name)));
  const target = join(CACHE, `go-client-${hash.digest('hex').slice(0, 12)}`);
  mkdirSync(CACHE, { recursive: true });
  await withFileLock(
    `${target}.lock`,
    async () => {
      if (await isExecutable(target)) return;
      await buildWithGo({ directory: SOURCES, package: '.', target, environment: process.env, report: () => {} });
    },
    () => {},
  );
  return target;
}

export interface Place {
  readonly address: string;
  readonly tokens: { readonly admin: string; readonly colleague: string; readonly reader: string };
  /** Of the Terraform configuration that is uploaded. */
  readonly directory: string;
}

/** Lets the program play one chapter; what it saw. Rejects with what it said when it could not. */
export async function playChapter(
  program: string,
  chapter: string,
  { address, tokens, directory }: Place,
): Promise<unknown> {
  const env = childEnvironment(process.env, {
    TFE_ADDRESS: address,
    TFE_TOKEN: tokens.admin,
    COLLEAGUE_TOKEN: tokens.colleague,
    READER_TOKEN: tokens.reader,
  });
  try {
    const { stdout } = await run(program, [chapter, directory], { env, timeout: 120_000, maxBuffer: 16 * 1024 * 1024 });
    return JSON.parse(stdout);
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new Error(`the Go client in chapter ${chapter}: ${stderr}`, { cause: error });
  }
}
