import { mkdir, rm, symlink } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import type { Child } from './child-process.ts';
import type { Environment } from './child-environment.ts';
import { keepWorker, type KeptWorker, type WorkerNews } from './kept-worker.ts';
import { freeLoopbackPort } from './loopback-ports.ts';
import {
  runCommand,
  startLocalTfeProcess,
  startWorkerProcess,
  type Connections,
  type LocalTfeProcess,
  type ServiceProcess,
} from './runwright-processes.ts';
import { openStack, type Stack } from './stack.ts';
import type { TemporalProgram } from './temporal/temporal-program.ts';
import {
  startTemporal,
  type SearchAttributeType,
  type TemporalPorts,
  type TemporalServer,
} from './temporal/temporal-server.ts';
import type { TerraformProgram } from './terraform-program.ts';

/** Everything that Runwright needs on one machine: Temporal, a TFE, and a worker between them. */
export interface RunwrightStack {
  readonly temporal: TemporalServer;
  readonly tfe: LocalTfeProcess;
  readonly worker: ServiceProcess;
  /** What a client or a command of this stack is given; see `connectionSettings`. */
  readonly connections: Connections;
  /** Settles with the first process that ended by itself. Never rejects, and never settles once `stop` was called. */
  readonly broken: Promise<Child>;
  /** Stops worker, local TFE and Temporal, in this order. Safe to call twice. */
  stop(): Promise<void>;
}

export type StackPart = 'Temporal' | 'local TFE' | 'worker';

/** A part that can be used now: what it is, and how long that took. */
export interface PartReady {
  readonly part: StackPart;
  /** Where it is, or under which name it works. */
  readonly where: string;
  readonly what: string;
  readonly startedInMs: number;
}

export interface StackPorts {
  readonly temporal: TemporalPorts;
  readonly localTfe: number;
}

export interface RunwrightStackOptions {
  /** Logs, archives and, when kept, all state live here. */
  readonly directory: string;
  /** `memory` forgets everything at the end. */
  readonly storage: 'memory' | 'disk';
  /** The caller's own; settings that name real servers are left out. */
  readonly environment: Environment;
  readonly temporal: TemporalProgram;
  /** Where there is none, the local TFE simulates. */
  readonly terraform: TerraformProgram | undefined;
  /** The token that the local TFE accepts. */
  readonly token: string;
  readonly ports: StackPorts;
  /** `left-out` where nothing is kept: search attributes are enough for a stack that has no past to clean up. */
  readonly setup?: 'run' | 'left-out';
  /** Registered when Temporal starts: requests can then be started at once. */
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeType>>;
  /** Further settings of the worker. */
  readonly workerSettings?: Environment;
  readonly localTfeFlags?: readonly string[];
  /** Given, a worker that ends by itself is started again, and this is told of it. */
  readonly onWorkerNews?: (news: WorkerNews) => void;
  readonly onReady?: (part: PartReady) => void;
  /**
   * Aborts the start: the call rejects with the signal's reason as soon as everything that was being started has been
   * stopped, each part in the orderly way that only a part which is up knows.
   */
  readonly signal?: AbortSignal;
}

/** Three ports on which nobody listens now. */
export async function freePorts(): Promise<StackPorts> {
  const [grpc, ui, localTfe] = [await freeLoopbackPort(), await freeLoopbackPort(), await freeLoopbackPort()];
  return { temporal: { grpc, ui }, localTfe };
}

/**
 * Starts all three side by side: the worker waits for Temporal by itself. Rejects with `ChildFailed`, after stopping the
 * others, when one of them does not start.
 */
export async function startRunwrightStack(options: RunwrightStackOptions): Promise<RunwrightStack> {
  const { directory, signal } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const environment = await withTerraform(options);
  const servers: Child[] = [];
  const stack = noting(servers, openStack({ directory, environment }));
  const connections = connectionsOf(options);
  const starting = Promise.all(startParts(stack, options, connections));
  try {
    const parts = await starting;
    signal?.throwIfAborted();
    return assemble({ stack, servers, parts, connections, kept: keep(stack, options, parts[2]) });
  } catch (error) {
    // Closes the guard as well, which ends what is still on its way up.
    await stack.stop();
    throw error;
  }
}

/** Side by side; `onReady` is told of each. */
function startParts(stack: Stack, options: RunwrightStackOptions, connections: Connections) {
  const setUp = async (): Promise<TemporalServer> => {
    const started = await startTemporalPart(stack, options);
    if (options.setup !== 'left-out') await runCommand(stack, ['setup'], connections);
    return started;
  };
  const tfe = startTfePart(stack, options);
  const worker = startWorkerPart(stack, options, connections);
  return [setUp(), tfe, worker] as const satisfies readonly Promise<unknown>[];
}

async function startTemporalPart(stack: Stack, options: RunwrightStackOptions): Promise<TemporalServer> {
  const { directory, storage, ports, searchAttributes, temporal: program } = options;
  const database =
    storage === 'memory'
      ? ({ kind: 'memory' } as const)
      : ({ kind: 'file', path: join(directory, 'temporal.sqlite') } as const);
  const started = await startTemporal(stack, {
    program: program.path,
    database,
    ui: 'with-ui',
    ports: ports.temporal,
    ...(searchAttributes && { searchAttributes }),
  });
  const { uiUrl, address, startedInMs } = started;
  options.onReady?.({
    part: 'Temporal',
    where: uiUrl ?? address,
    what: `dev server ${program.serverVersion}`,
    startedInMs,
  });
  return started;
}

async function startTfePart(stack: Stack, options: RunwrightStackOptions): Promise<LocalTfeProcess> {
  const { directory, storage, ports, token, localTfeFlags = [] } = options;
  const started = await startLocalTfeProcess(stack, {
    port: ports.localTfe,
    token,
    ...(storage === 'disk' && { dataDirectory: join(directory, 'local-tfe') }),
    // Whoever may set a notification's URL could send requests of this machine anywhere.
    flags: ['--deliveries', 'loopback', ...localTfeFlags],
  });
  const { address: where, engine: what, child } = started;
  options.onReady?.({ part: 'local TFE', where, what, startedInMs: child.startedInMs });
  return started;
}

async function startWorkerPart(
  stack: Stack,
  { onReady }: Pick<RunwrightStackOptions, 'onReady'>,
  connections: Connections,
): Promise<ServiceProcess> {
  const started = await startWorkerProcess(stack, connections);
  const queue = started.child.readyLine?.['taskQueue'];
  const where = typeof queue === 'string' ? queue : started.health;
  onReady?.({ part: 'worker', where, what: '-now, -poll, -upload, -list', startedInMs: started.child.startedInMs });
  return started;
}

/** The same stack; its servers are noted as they become ready. */
function noting(servers: Child[], stack: Stack): Stack {
  const start: Stack['start'] = async (spec) => {
    const child = await stack.start(spec);
    if (spec.ready.kind !== 'exit') servers.push(child);
    return child;
  };
  return { ...stack, start };
}

interface Started {
  readonly stack: Stack;
  readonly servers: readonly Child[];
  readonly parts: readonly [TemporalServer, LocalTfeProcess, ServiceProcess];
  readonly connections: Connections;
  readonly kept: KeptWorker | undefined;
}

/** The next one is found where the first one was: what watches its health goes on. */
function keep(stack: Stack, options: RunwrightStackOptions, first: ServiceProcess): KeptWorker | undefined {
  const { onWorkerNews: tell } = options;
  if (tell === undefined) return undefined;
  const { env, ...connections } = connectionsOf(options);
  const again = { ...connections, env: { ...env, RUNWRIGHT_HEALTH_ADDRESS: new URL(first.health).host } };
  return keepWorker({ first, startAgain: () => startWorkerProcess(stack, again), tell });
}

function assemble({ stack, servers, parts: [temporal, tfe, worker], connections, kept }: Started): RunwrightStack {
  let isStopping = false;
  const broken = Promise.withResolvers<Child>();
  void kept?.givenUp.then((child) => broken.resolve(child));
  for (const child of servers) {
    if (kept && child === worker.child) continue;
    void child.exited.then(() => {
      if (!isStopping) broken.resolve(child);
    });
  }
  const stop = async (): Promise<void> => {
    isStopping = true;
    // Side by side they may have become ready in any order; the worker still needs the others to finish its work.
    await (kept ?? worker.child).stop();
    await tfe.child.stop();
    await stack.stop();
  };
  return { temporal, tfe, worker, connections, broken: broken.promise, stop };
}

function connectionsOf({ directory, ports, token, workerSettings }: RunwrightStackOptions): Connections {
  return {
    temporal: {
      address: `127.0.0.1:${ports.temporal.grpc}`,
      namespace: 'default',
      uiUrl: `http://127.0.0.1:${ports.temporal.ui}`,
    },
    tfe: { address: `http://127.0.0.1:${ports.localTfe}`, token },
    archiveDirectory: join(directory, 'archives'),
    ...(workerSettings && { env: workerSettings }),
  };
}

/** The local TFE looks for `terraform` or `tofu` on the PATH: one that was built is put there under its usual name. */
async function withTerraform({ environment, terraform, directory }: RunwrightStackOptions): Promise<Environment> {
  if (terraform === undefined || basename(terraform.path) === terraform.product) return environment;
  const link = join(directory, 'bin', terraform.product);
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(terraform.path, link);
  return { ...environment, PATH: [dirname(link), environment['PATH'] ?? ''].join(delimiter) };
}
