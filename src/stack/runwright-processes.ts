import type { Child } from './child-process.ts';
import type { Environment } from './child-environment.ts';
import { projectFile } from './own-files.ts';
import type { Stack } from './stack.ts';

/** Start-up includes bundling the workflows where there is no prebuilt bundle, on a machine that is busy. */
const READY_WITHIN_MS = 60_000;

export interface LocalTfeProcessOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly token: string;
  /** Keeps everything across a restart; without it nothing is kept. */
  readonly dataDirectory?: string;
  /** Further flags of `runwright local-tfe`. */
  readonly flags?: readonly string[];
}

export interface LocalTfeProcess {
  readonly child: Child;
  /** http://127.0.0.1:PORT */
  readonly address: string;
  /** `terraform 1.11.4`, or that it simulates. */
  readonly engine: string;
  /** The CA's certificate, with the flag `--tls`. */
  readonly caFile: string | undefined;
}

/** Starts the local TFE as a process of `stack`. Rejects with `ChildFailed`. */
export async function startLocalTfeProcess(stack: Stack, options: LocalTfeProcessOptions): Promise<LocalTfeProcess> {
  const { port = 0, token, dataDirectory, flags = [] } = options;
  const child = await stack.start({
    name: 'local-tfe',
    ...entry('local-tfe', '--json', '--port', `${port}`, ...optional('--data-dir', dataDirectory), ...flags),
    // Everybody on the machine could read an argument.
    env: { RUNWRIGHT_LOCAL_TFE_TOKEN: token },
  });
  const ca = child.readyLine?.['ca'];
  return {
    child,
    address: fact(child, 'address'),
    engine: fact(child, 'engine'),
    caFile: typeof ca === 'string' ? ca : undefined,
  };
}

/** The servers that a worker, a gateway or a command of the stack talks to. */
export interface Connections {
  readonly temporal: { readonly address: string; readonly namespace: string; readonly uiUrl?: string | undefined };
  readonly tfe: { readonly address: string; readonly token: string; readonly caFile?: string | undefined };
  readonly archiveDirectory: string;
  readonly installation?: string;
  /** Further settings of this process. */
  readonly env?: Environment;
}

export interface ServiceProcess {
  readonly child: Child;
  /** URL of its health server. */
  readonly health: string;
  /** Where it serves, for those that do. */
  readonly address: string | undefined;
}

/** Starts a worker as a process of `stack`; it is ready when it polls. Rejects with `ChildFailed`. */
export async function startWorkerProcess(stack: Stack, connections: Connections): Promise<ServiceProcess> {
  return startService(stack, 'worker', connections, []);
}

/** Starts a gateway as a process of `stack`. Rejects with `ChildFailed`. */
export async function startGatewayProcess(
  stack: Stack,
  { flags = [], ...connections }: Connections & { readonly flags?: readonly string[] },
): Promise<ServiceProcess> {
  return startService(stack, 'gateway', connections, flags);
}

/** Runs `runwright COMMAND…` of this very version to its end. Rejects with `ChildFailed` when its exit code is not 0. */
export async function runCommand(stack: Stack, args: readonly string[], connections: Connections): Promise<void> {
  await stack.start({
    name: args[0] ?? 'runwright',
    command: process.execPath,
    args: [projectFile('bin/runwright.js'), ...args],
    env: connectionSettings(connections),
    ready: { kind: 'exit' },
    readyWithinMs: READY_WITHIN_MS,
  });
}

/** The environment by which a process of the stack finds its servers; everything else it inherits is cleaned away. */
export function connectionSettings({ temporal, tfe, archiveDirectory, installation, env }: Connections): Environment {
  return {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    RUNWRIGHT_TEMPORAL_UI: temporal.uiUrl,
    TFE_ADDRESS: tfe.address,
    TFE_TOKEN: tfe.token,
    TFE_CA_FILE: tfe.caFile,
    RUNWRIGHT_ARCHIVE_DIR: archiveDirectory,
    RUNWRIGHT_INSTALLATION: installation,
    ...env,
  };
}

async function startService(
  stack: Stack,
  name: 'worker' | 'gateway',
  connections: Connections,
  flags: readonly string[],
): Promise<ServiceProcess> {
  const child = await stack.start({ name, ...entry(name, '--json', ...flags), env: connectionSettings(connections) });
  const address = child.readyLine?.['address'];
  return { child, health: fact(child, 'health'), address: typeof address === 'string' ? address : undefined };
}

const entry = (...args: string[]) => ({
  command: process.execPath,
  args: [projectFile('bin/runwright.js'), ...args],
  ready: { kind: 'line' } as const,
  readyWithinMs: READY_WITHIN_MS,
});

const optional = (flag: string, value: string | undefined): string[] => (value === undefined ? [] : [flag, value]);

function fact(child: Child, name: string): string {
  const value = child.readyLine?.[name];
  if (typeof value === 'string') return value;
  throw new Error(`the ready line of ${child.name} names no ${name}`);
}
