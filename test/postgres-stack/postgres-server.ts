import { chmod, chown, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ChildFailed, type Child } from '../../src/stack/child-process.ts';
import type { PostgresProgram } from './postgres-program.ts';
import { outputOf } from '../../src/stack/program-path.ts';
import type { Stack } from '../../src/stack/stack.ts';

export interface PostgresOptions {
  readonly program: PostgresProgram;
  /** Database files; made by `initdb` when there are none. */
  readonly dataDirectory: string;
  readonly port: number;
  readonly password: string;
}

export interface PostgresServer {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly user: string;
  readonly startedInMs: number;
  pid(): number;
  /** `kill -9` of the server; its sessions end by themselves. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and files; it recovers from its log. */
  restart(): Promise<void>;
}

const USER = 'temporal';
const INIT_WITHIN_MS = 120_000;
const READY_WITHIN_MS = 60_000;
const START_AGAIN_MS = 500;

/** Starts PostgreSQL on loopback as part of `stack`. Rejects with `ChildFailed`. */
export async function startPostgres(stack: Stack, options: PostgresOptions): Promise<PostgresServer> {
  const { program, dataDirectory, port } = options;
  const account = await serverAccount();
  if (!(await exists(join(dataDirectory, 'PG_VERSION')))) await initialize(stack, options, account);
  const launch = (): Promise<Child> =>
    stack.start({
      name: 'postgresql',
      ...asAccount(account, join(program.directory, 'postgres'), [
        ...['-D', dataDirectory, '-p', `${port}`],
        // No socket in /tmp: it would clash with another server on the same port number.
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ]),
      // It refuses a working directory that its account cannot read.
      cwd: '/',
      env: { LC_ALL: 'C.UTF-8' },
      ready: { kind: 'probe', isReady: () => isAccepting(program, port) },
      readyWithinMs: READY_WITHIN_MS,
    });
  let child = await launch();
  return {
    address: `127.0.0.1:${port}`,
    user: USER,
    startedInMs: child.startedInMs,
    pid: () => child.pid,
    kill: async () => {
      child.signal('SIGKILL');
      await child.exited;
    },
    restart: async () => void (child = await withPatience(launch)),
  };
}

/** The sessions of a killed server hold its shared memory for a moment longer, and a new server refuses to start then. */
async function withPatience(launch: () => Promise<Child>): Promise<Child> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      return await launch();
    } catch (error) {
      if (!(error instanceof ChildFailed) || performance.now() > deadline) throw error;
      await delay(START_AGAIN_MS);
    }
  }
}

async function initialize(stack: Stack, options: PostgresOptions, account: Account | undefined): Promise<void> {
  const { program, dataDirectory, password } = options;
  const passwordFile = `${dataDirectory}.password`;
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) {
    // The account must be able to walk into the stack's folder; what else is in there is still closed to it.
    await chmod(stack.directory, 0o711);
    for (const path of [dataDirectory, passwordFile]) await chown(path, account.uid, account.gid);
  }
  try {
    await stack.start({
      name: 'postgresql-initdb',
      ...asAccount(account, join(program.directory, 'initdb'), [
        ...['--pgdata', dataDirectory, '--username', USER, '--pwfile', passwordFile],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C.UTF-8'],
      ]),
      cwd: '/',
      ready: { kind: 'exit' },
      readyWithinMs: INIT_WITHIN_MS,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: the packaged account then runs it. `undefined`: this process's own. */
async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const uid = Number.parseInt((await outputOf('id', ['-u', name])) ?? '', 10);
    const gid = Number.parseInt((await outputOf('id', ['-g', name])) ?? '', 10);
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new Error('PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as');
}

/** setpriv becomes the program, so that a signal to the child reaches PostgreSQL itself; su and runuser stay in between. */
const asAccount = (account: Account | undefined, program: string, args: readonly string[]) =>
  account === undefined
    ? { command: program, args }
    : {
        command: 'setpriv',
        args: [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--', program, ...args],
      };

const isAccepting = async ({ directory }: PostgresProgram, port: number): Promise<boolean> =>
  (await outputOf(join(directory, 'pg_isready'), ['--host=127.0.0.1', `--port=${port}`])) !== undefined;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
