import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RequestView, RunwrightClient } from '@runwright/client';
import type { LocalTfe, LocalTfeOptions } from '../../packages/local-tfe/src/server.ts';
import { childEnvironment } from '../../src/stack/child-environment.ts';
import { closeAfterTests } from './after-tests.ts';
import { localTfeForTests, makeWorkspace } from './local-tfe.ts';
import { missingLines, operationsSections, runnable, WRONG_EXIT_CODE } from './operations-page.ts';
import { temporalAddress, uniqueName } from './temporal.ts';
import { waitUntil } from './wait-until.ts';

const RUNWRIGHT = fileURLToPath(new URL('../../bin/runwright.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SHORT = ['pollMin=50ms', 'pollWorkingMax=200ms', 'pollPeopleMax=200ms', 'pollRefused=200ms'];
const BLOCK_WITHIN_MS = 240_000;
/** Temporal forgets a worker that was killed after a minute and a half. */
const SEEN_WITHIN_MS = 150_000;

/** What the page's commands find: a TFE with acme/network-prod, settings, a shell. */
export interface Symptom {
  readonly tfe: LocalTfe;
  readonly workspaceId: string;
  readonly client: RunwrightClient;
  readonly directory: string;
  /** Settings of the commands; may be changed between them. */
  readonly env: Record<string, string>;
  /** Runs commands as a person would; returns all that they print. Rejects where one fails. */
  shell(script: string): Promise<string>;
  /** Runs the `index`-th `sh` block of the section until it shows what the `text` block after it says. */
  follow(section: string, index: number): Promise<string>;
  /** Asks for the run that all examples are about. */
  ask(...flags: string[]): Promise<void>;
  until(what: string, see: (view: RequestView) => boolean): Promise<RequestView>;
  /** Process ids of the workers that were started, the newest last. */
  workers(): number[];
}

export const CONFIGURATION = {
  'main.tf': 'resource "terraform_data" "one" {\n  input = "hello"\n}\noutput "said" {\n  value = "hello"\n}\n',
};

/** Brings up what docs/operations.md takes for granted; everything is stopped after the last test of the file. */
export async function symptom(
  options: LocalTfeOptions = {},
  own: Readonly<Record<string, string>> = {},
): Promise<Symptom> {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-operations-'));
  closeAfterTests(() => rmSync(directory, { recursive: true, force: true }));
  const tfe = await localTfeForTests(options);
  const { id: workspaceId } = await makeWorkspaceOver(tfe);
  const installation = uniqueName('ops');
  const tokenFile = join(directory, 'token');
  writeFileSync(tokenFile, tfe.token, { mode: 0o600 });
  const env: Record<string, string> = {
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: 'default',
    TFE_ADDRESS: tfe.address,
    TFE_ORGANIZATION: 'acme',
    RUNWRIGHT_TFE_TOKEN_FILE: tokenFile,
    RUNWRIGHT_ARCHIVE_DIR: join(directory, 'archives'),
    RUNWRIGHT_INSTALLATION: installation,
    RUNWRIGHT_TEST_TIMES: 'allow',
    OWNER_TOKEN: tfe.token,
    NO_COLOR: '1',
    ...own,
  };
  const path = writePrograms(directory);
  const workers = (): number[] => pidsIn(join(directory, 'workers'));
  closeAfterTests(() => stopAll(workers()));
  const client = await RunwrightClient.connect({
    temporal: { address: temporalAddress(), namespace: 'default', environment: {} },
    tfeAddress: tfe.address,
    installation,
  });
  closeAfterTests(() => client.close());
  const shell: Symptom['shell'] = (script) =>
    runShell(script, { ...env, PATH: `${path}${delimiter}${process.env['PATH'] ?? ''}` });
  return {
    tfe,
    workspaceId,
    client,
    directory,
    env,
    workers,
    shell,
    follow: (section, index) => follow(section, index, shell),
    ask: async (...flags) => {
      const configuration = join(directory, 'configuration');
      mkdirSync(configuration, { recursive: true });
      for (const [name, content] of Object.entries(CONFIGURATION)) writeFileSync(join(configuration, name), content);
      const timing = SHORT.map((pause) => `--timing ${pause}`).join(' ');
      const what = `--workspace network-prod --dir ${configuration} --key deploy-42 ${timing} ${flags.join(' ')}`;
      await shell(`runwright run ${what}`);
    },
    until: (what, see) =>
      waitUntil(
        what,
        async () => {
          const view = await client.view(await client.findId('deploy-42'));
          return see(view) ? view : undefined;
        },
        { withinMs: SEEN_WITHIN_MS },
      ),
  };
}

async function follow(section: string, index: number, shell: Symptom['shell']): Promise<string> {
  const blocks = operationsSections().get(section)?.blocks ?? [];
  const at = blocks.findIndex((block, place) => block.language === 'sh' && countBefore(blocks, place) === index);
  const block = blocks[at];
  if (block === undefined) throw new Error(`docs/operations.md: no block ${index} in "${section}"`);
  const next = blocks[at + 1];
  if (next?.language !== 'text') return await shell(runnable(block.code));
  const failures: Error[] = [];
  const output = await waitUntil(
    `"${section}" to show what it says`,
    async () => {
      // Only a wrong exit code may still change; another failure would only fail differently when repeated.
      const last = await shell(runnable(block.code)).catch((error: Error) => {
        if (error.message.startsWith(`exit code ${WRONG_EXIT_CODE}:`)) throw error;
        failures.push(error);
        return '';
      });
      if (failures.length > 0) return 'failed';
      const missing = missingLines(next.code, last);
      if (missing.length > 0) throw new Error(`not seen: ${missing.join(' | ')}, but:\n${last}`);
      return last;
    },
    { withinMs: SEEN_WITHIN_MS },
  );
  if (failures[0]) throw failures[0];
  return output;
}

const countBefore = (blocks: readonly { language: string }[], place: number): number =>
  blocks.slice(0, place).filter(({ language }) => language === 'sh').length;

/** `runwright`, and `start-worker`, which returns when the worker is ready. */
function writePrograms(directory: string): string {
  const path = join(directory, 'bin');
  mkdirSync(path);
  const programs = {
    runwright: `exec ${process.execPath} ${RUNWRIGHT} "$@"`,
    'start-worker': `log="${directory}/worker-$$.log"
runwright worker --json >"$log" 2>&1 </dev/null &
echo "$!" >> "${directory}/workers"
for _ in $(seq 1200); do grep -q '"ready":true' "$log" && exit 0; sleep 0.1; done
cat "$log" >&2; exit 1`,
  };
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

function runShell(script: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, env: childEnvironment(process.env, env), timeout: BLOCK_WITHIN_MS };
    execFile('/bin/sh', ['-euc', script], options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error === null) resolve(output);
      else reject(new Error(`exit code ${error.code}:\n${output}`));
    });
  });
}

/** Also over TLS, whose certificate this process does not trust. */
async function makeWorkspaceOver(tfe: LocalTfe): Promise<{ id: string }> {
  if (tfe.address.startsWith('https:')) return { id: '' };
  return await makeWorkspace(tfe, { organization: 'acme', workspace: 'network-prod' });
}

const pidsIn = (file: string): number[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];

async function stopAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      continue; // it has ended
    }
    await waitUntil(`worker ${pid} to stop`, () => !existsSync(`/proc/${pid}`), { withinMs: 70_000 });
  }
}
