import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Child } from '../../src/stack/child-process.ts';
import type { Environment } from '../../src/stack/child-environment.ts';
import { freeLoopbackPort } from '../../src/stack/loopback-ports.ts';
import { freeLowPorts } from './low-ports.ts';
import type { PostgresProgram } from './postgres-program.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import {
  runCommand,
  startLocalTfeProcess,
  startWorkerProcess,
  type Connections,
  type LocalTfeProcess,
  type ServiceProcess,
} from '../../src/stack/runwright-processes.ts';
import { openStack } from '../../src/stack/stack.ts';
import { startTemporalOnPostgres, TEMPORAL_PORT_NAMES, type ProductionPorts } from './temporal-on-postgres.ts';
import type { TemporalOnPostgres } from './temporal-on-postgres.ts';
import type { TemporalServerPrograms } from './temporal-server-programs.ts';

export type PostgresStackPart = 'PostgreSQL' | 'Temporal' | 'setup' | 'local TFE' | 'worker';

export interface PostgresStackOptions {
  /** Databases, logs and archives live here. */
  readonly directory: string;
  readonly environment: Environment;
  readonly postgres: PostgresProgram;
  readonly temporal: TemporalServerPrograms;
  /** Of the database; kept with its files, so the same again for a directory that was used before. */
  readonly password: string;
  /** The token that the local TFE accepts. */
  readonly token: string;
  /** Workflow ids hold it: the same again for a directory that was used before. Default: a free one. */
  readonly localTfePort?: number;
  readonly onReady?: (part: PostgresStackPart, where: string, startedInMs: number) => void;
  /** Aborts the start: what has been started is stopped, and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What docker-compose.yml starts with the profile `local-tfe`, as processes of this machine. */
export interface PostgresStack {
  readonly postgres: PostgresServer;
  readonly temporal: TemporalOnPostgres;
  readonly tfe: LocalTfeProcess;
  readonly worker: ServiceProcess;
  readonly connections: Connections;
  /** Stops everything, last started first. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL, Temporal, `setup`, a local TFE and a worker, in this order. Rejects with `ChildFailed`. */
export async function startPostgresStack(options: PostgresStackOptions): Promise<PostgresStack> {
  const { directory, environment, signal } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const stack = openStack({ directory, environment });
  const interrupt = Promise.withResolvers<never>();
  const onAbort = (): void => interrupt.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  const starting = startInOrder(stack, options);
  try {
    return await Promise.race([starting, interrupt.promise]);
  } catch (error) {
    await stack.stop();
    await starting.then(({ stop }) => stop()).catch(() => {});
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    interrupt.promise.catch(() => {});
  }
}

async function startInOrder(
  stack: ReturnType<typeof openStack>,
  { directory, password, token, localTfePort = 0, onReady = () => {}, ...programs }: PostgresStackOptions,
): Promise<PostgresStack> {
  const startedIn = ({ startedInMs }: Pick<Child, 'startedInMs'>): number => startedInMs;
  const postgres = await startPostgres(stack, {
    program: programs.postgres,
    dataDirectory: join(directory, 'postgresql'),
    port: await freeLoopbackPort(),
    password,
  });
  onReady('PostgreSQL', postgres.address, startedIn(postgres));
  const ports = await productionPorts();
  const temporal = await startTemporalOnPostgres(stack, { programs: programs.temporal, postgres, password, ports });
  onReady('Temporal', temporal.address, startedIn(temporal));
  const tfe = await startLocalTfeProcess(stack, {
    port: localTfePort,
    token,
    dataDirectory: join(directory, 'local-tfe'),
    flags: ['--deliveries', 'loopback'],
  });
  onReady('local TFE', tfe.address, startedIn(tfe.child));
  const connections: Connections = {
    temporal: { address: temporal.address, namespace: 'default' },
    tfe: { address: tfe.address, token },
    archiveDirectory: join(directory, 'archives'),
  };
  const setupSince = performance.now();
  await runCommand(stack, ['setup'], connections);
  onReady('setup', 'namespace default', performance.now() - setupSince);
  const worker = await startWorkerProcess(stack, connections);
  onReady('worker', worker.health, startedIn(worker.child));
  return { postgres, temporal, tfe, worker, connections, stop: () => stack.stop() };
}

async function productionPorts(): Promise<ProductionPorts> {
  const free = await freeLowPorts(TEMPORAL_PORT_NAMES.length);
  return Object.fromEntries(TEMPORAL_PORT_NAMES.map((name, index) => [name, free[index]])) as ProductionPorts;
}
