import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Child } from '../../src/stack/child-process.ts';
import type { Environment } from '../../src/stack/child-environment.ts';
import { projectFile } from '../../src/stack/own-files.ts';
import type { PostgresServer } from './postgres-server.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { secretHost, temporalHttp, type TemporalHttp } from '../../src/stack/temporal/temporal-http.ts';
import type { TemporalServerPrograms } from './temporal-server-programs.ts';

/** Ports of one Temporal server; all but those of its frontend are only used within it. See `freeLowPorts`. */
export const TEMPORAL_PORT_NAMES = [
  'FRONTEND_GRPC_PORT',
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

export type ProductionPorts = Readonly<Record<(typeof TEMPORAL_PORT_NAMES)[number], number>>;

export interface TemporalOnPostgresOptions {
  readonly programs: TemporalServerPrograms;
  readonly postgres: PostgresServer;
  readonly password: string;
  readonly ports: ProductionPorts;
}

export interface TemporalOnPostgres {
  /** `127.0.0.1:PORT` of the gRPC frontend. */
  readonly address: string;
  readonly startedInMs: number;
  pid(): number;
  /** `kill -9` */
  kill(): Promise<void>;
  /** Starts it again, on the same ports, when it has ended. */
  restart(): Promise<void>;
}

const SCHEMA_WITHIN_MS = 120_000;
const READY_WITHIN_MS = 60_000;

/** The same files that docker-compose.yml mounts. */
const CONFIGURATION = 'deploy/temporal';
/** The name by which a container asks itself. On this machine a web page could use it as well. */
const HOST_IN_A_CONTAINER = '127.0.0.1:7243';

/**
 * Brings the two databases to the schema of this version, then starts frontend, history, matching and worker in one
 * process: what docker-compose.yml starts, from the same files. Rejects with `ChildFailed`.
 */
export async function startTemporalOnPostgres(
  stack: Stack,
  options: TemporalOnPostgresOptions,
): Promise<TemporalOnPostgres> {
  await updateSchema(stack, options);
  const { programs, ports } = options;
  const http = temporalHttp({ port: ports.FRONTEND_HTTP_PORT, host: secretHost() });
  const dynamicConfigFile = await writeDynamicConfig(stack, http);
  const launch = (): Promise<Child> =>
    stack.start({
      name: 'temporal',
      command: programs.server,
      args: ['--root', projectFile('deploy'), '--config', 'temporal', '--env', 'server', '--allow-no-auth', 'start'],
      env: { ...serverEnvironment(options), DYNAMIC_CONFIG_FILE: dynamicConfigFile },
      ready: { kind: 'probe', isReady: () => http.isNamespaceServed('temporal-system') },
      readyWithinMs: READY_WITHIN_MS,
    });
  let child = await launch();
  return {
    address: `127.0.0.1:${ports.FRONTEND_GRPC_PORT}`,
    startedInMs: child.startedInMs,
    pid: () => child.pid,
    kill: async () => {
      child.signal('SIGKILL');
      await child.exited;
    },
    restart: async () => void (child = await launch()),
  };
}

async function updateSchema(stack: Stack, { programs, postgres, password }: TemporalOnPostgresOptions): Promise<void> {
  const [host = '', port = ''] = postgres.address.split(':');
  await stack.start({
    name: 'temporal-schema',
    command: '/bin/sh',
    args: [projectFile(`${CONFIGURATION}/schema.sh`)],
    env: {
      TEMPORAL_SQL_TOOL: programs.sqlTool,
      SQL_HOST: host,
      SQL_PORT: port,
      SQL_USER: postgres.user,
      SQL_PASSWORD: password,
    },
    ready: { kind: 'exit' },
    readyWithinMs: SCHEMA_WITHIN_MS,
  });
}

const serverEnvironment = ({ postgres, password, ports }: TemporalOnPostgresOptions): Environment => ({
  POSTGRES_ADDRESS: postgres.address,
  POSTGRES_USER: postgres.user,
  POSTGRES_PASSWORD: password,
  ...Object.fromEntries(TEMPORAL_PORT_NAMES.map((name) => [name, `${ports[name]}`])),
});

/** The containers' settings, but that the HTTP API answers to this process alone. */
async function writeDynamicConfig(stack: Stack, { host }: TemporalHttp): Promise<string> {
  const text = await readFile(projectFile(`${CONFIGURATION}/dynamic.yaml`), 'utf8');
  if (!text.includes(HOST_IN_A_CONTAINER)) throw new Error(`dynamic.yaml does not name ${HOST_IN_A_CONTAINER}`);
  const file = join(stack.directory, 'temporal-dynamic.yaml');
  await writeFile(file, text.replaceAll(HOST_IN_A_CONTAINER, host), { mode: 0o600 });
  return file;
}
