import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFileLock } from '../../src/stack/file-lock.js';
import { buildWithGo } from '../../src/stack/go-build.ts';
import { cacheDirectory, isExecutable } from '../../src/stack/program-path.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** What the rules look at, as Compose's own library resolves it. */
export interface ComposeProject {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly command?: readonly string[] | null;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly { readonly host_ip?: string; readonly target: number; readonly published: string }[];
  readonly secrets?: readonly { readonly source: string }[];
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly network_mode?: string;
  readonly volumes?: readonly {
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly required: boolean }>>;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly cpus?: number; readonly memory?: string } } };
}

/** Builds the project's small program around Compose's library, once for its sources. Needs Go. */
export async function composeCheck(): Promise<string> {
  const directory = join(ROOT, 'tools', 'compose-check');
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(directory, name)));
  const target = join(cacheDirectory(process.env), `compose-check-${hash.digest('hex').slice(0, 12)}`);
  mkdirSync(cacheDirectory(process.env), { recursive: true });
  await withFileLock(
    `${target}.lock`,
    async () => {
      if (await isExecutable(target)) return;
      await buildWithGo({ directory, package: '.', target, environment: process.env, report: () => {} });
    },
    () => {},
  );
  return target;
}

/** docker-compose.yml with these settings and profiles. Rejects with Compose's own sentence where it refuses it. */
export async function loadCompose(
  program: string,
  settings: Readonly<Record<string, string>>,
  profiles: readonly string[] = [],
): Promise<ComposeProject> {
  const { stdout } = await run(program, [join(ROOT, 'docker-compose.yml'), ...profiles], { env: { ...settings } });
  return JSON.parse(stdout) as ComposeProject;
}
