import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { untilStopSignal } from '../../src/service/stop-signal.ts';
import { describeStartFailure } from '../../src/stack/describe-failure.ts';
import { writeEnvironmentFile } from '../../src/stack/environment-file.ts';
import { ensureWorkspace } from '../../src/stack/first-workspace.ts';
import { freeLoopbackPort } from '../../src/stack/loopback-ports.ts';
import { findPostgres } from './postgres-program.ts';
import { startPostgresStack, type PostgresStack } from './postgres-stack.ts';
import { connectionSettings } from '../../src/stack/runwright-processes.ts';
import { findTemporalServer } from './temporal-server-programs.ts';

/**
 * `npm run stack:postgres`: what docker-compose.yml starts, as processes of this machine, until Ctrl-C. `--check` stops it
 * as soon as all of it is ready.
 */
const HELP = `npm run stack:postgres [-- --dir DIRECTORY] [-- --check]

PostgreSQL, Temporal on it, setup, a local TFE and a worker, on free loopback ports, until Ctrl-C.

  --dir DIRECTORY   keep databases, logs and archives there; without it nothing outlives the stack
  --check           stop as soon as everything is ready
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Flags {
  readonly dir?: string;
  readonly check: boolean;
  readonly help: boolean;
}

async function main(argv: readonly string[]): Promise<number> {
  const flags: Flags = parseArgs({
    args: [...argv],
    options: {
      dir: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const directory = flags.dir === undefined ? await mkdtemp(join(tmpdir(), 'runwright-stack-')) : resolve(flags.dir);
  const stopping = new AbortController();
  const stopped = untilStopSignal().then((signal) => stopping.abort(new Error(`stopped by ${signal}`)));
  let stack: PostgresStack | undefined;
  try {
    stack = await start(directory, stopping.signal);
    const environmentFile = join(directory, 'env');
    await writeEnvironmentFile(environmentFile, connectionSettings(stack.connections));
    process.stdout.write(whatNext(environmentFile, join(directory, 'logs'), stack));
    if (!flags.check) await stopped;
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    say(`The stack could not be started: ${describeStartFailure(error)}`);
    return 1;
  } finally {
    await stack?.stop();
    if (flags.dir === undefined) await rm(directory, { recursive: true, force: true });
  }
}

async function start(directory: string, signal: AbortSignal): Promise<PostgresStack> {
  const postgres = await findPostgres(process.env);
  const temporal = await findTemporalServer(process.env, say);
  const started = await startPostgresStack({
    directory,
    environment: process.env,
    postgres,
    temporal,
    ...(await rememberedIn(directory)),
    onReady: (part, where, startedInMs) => {
      process.stdout.write(` ✔ ${part.padEnd(11)} ${where.padEnd(26)} ${(startedInMs / 1000).toFixed(1)} s\n`);
    },
    signal,
  });
  await ensureWorkspace(started.connections.tfe, { organization: 'demo', workspace: 'hello' });
  return started;
}

interface Remembered {
  readonly password: string;
  readonly token: string;
  readonly localTfePort: number;
}

/** Made up once: the database, the local TFE and the workflows of a directory that is kept know them. */
async function rememberedIn(directory: string): Promise<Remembered> {
  const file = join(directory, 'stack.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Remembered;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = (): string => randomBytes(24).toString('base64url');
  const remembered = { password: secret(), token: secret(), localTfePort: await freeLoopbackPort() };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(remembered), { mode: 0o600 });
  return remembered;
}

const whatNext = (environmentFile: string, logs: string, { postgres, temporal, worker }: PostgresStack): string => `
   ready: PostgreSQL (process ${postgres.pid()}), Temporal (process ${temporal.pid()}), worker (process ${worker.child.pid})
   logs: ${logs}

   The stack stays up until Ctrl-C. In another terminal, in this folder:

   source ${environmentFile}
   bin/runwright.js run --organization demo --workspace hello --dir examples/hello --key first
   bin/runwright.js approve first
   bin/runwright.js watch first
`;

process.exitCode = await main(process.argv.slice(2));
