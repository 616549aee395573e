import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Child } from './child-process.ts';
import { freeLoopbackPort } from './loopback-ports.ts';
import type { Stack } from './stack.ts';

/** The server's own names of search attribute types. */
export type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

export interface TemporalServerOptions {
  /** A `temporal` program; see `findTemporal`. */
  readonly program: string;
  /** `memory` forgets everything at the end; a file survives restarts and `kill()`. */
  readonly database: { readonly kind: 'memory' } | { readonly kind: 'file'; readonly path: string };
  readonly ui: 'with-ui' | 'headless';
  /** Registered in the namespace `default` before the server is reported ready. */
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeType>>;
  /** How long closed workflows are kept. Default 30 days: as long as a request's key is remembered. */
  readonly retentionDays?: number;
  readonly dynamicConfig?: Readonly<Record<string, string | number | boolean>>;
  /** Default: free ones. */
  readonly ports?: TemporalPorts;
}

export interface TemporalPorts {
  readonly grpc: number;
  readonly http: number;
  readonly ui: number;
}

export interface TemporalServer {
  /** `127.0.0.1:PORT` of the gRPC frontend. */
  readonly address: string;
  readonly namespace: 'default';
  readonly uiUrl: string | undefined;
  readonly ports: TemporalPorts;
  readonly startedInMs: number;
  pid(): number;
  /** Stops it and waits until it has ended. */
  stop(): Promise<void>;
  /** `kill -9`: nothing is written any more. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`, on the same ports and the same database file. */
  restart(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const PROBE_TIMEOUT_MS = 2_000;
const DAY_S = 24 * 60 * 60;

/** Starts a Temporal dev server as part of `stack`. Rejects with `ChildFailed` when it does not become ready. */
export async function startTemporal(stack: Stack, options: TemporalServerOptions): Promise<TemporalServer> {
  const ports = options.ports ?? {
    grpc: await freeLoopbackPort(),
    http: await freeLoopbackPort(),
    ui: await freeLoopbackPort(),
  };
  if (options.database.kind === 'file') await mkdir(dirname(options.database.path), { recursive: true });
  const launch = async (): Promise<Child> => {
    const child = await stack.start({
      name: 'temporal',
      command: options.program,
      args: serverArgs(options, ports),
      // An in-memory server keeps its cluster id in the user's configuration folder, and would read the user's profile.
      env: { HOME: stack.directory, XDG_CONFIG_HOME: join(stack.directory, 'config') },
      ready: { kind: 'probe', isReady: () => isNamespaceServed(ports) },
      readyWithinMs: READY_WITHIN_MS,
    });
    await setRetention(ports, options.retentionDays ?? 30);
    return child;
  };
  let child = await launch();
  const end = async (how: () => void): Promise<void> => {
    how();
    await child.exited;
  };
  return {
    address: `127.0.0.1:${ports.grpc}`,
    namespace: 'default',
    uiUrl: options.ui === 'with-ui' ? `http://127.0.0.1:${ports.ui}` : undefined,
    ports,
    startedInMs: child.startedInMs,
    pid: () => child.pid,
    stop: async () => void (await child.stop()),
    kill: () => end(() => child.signal('SIGKILL')),
    restart: async () => void (child = await launch()),
  };
}

function serverArgs(options: TemporalServerOptions, ports: TemporalPorts): string[] {
  const dynamicConfig = Object.entries(options.dynamicConfig ?? {});
  const attributes = Object.entries(options.searchAttributes ?? {});
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-format', 'json', '--log-level', 'warn'],
    ...['--port', `${ports.grpc}`, '--http-port', `${ports.http}`],
    ...(options.ui === 'with-ui' ? ['--ui-port', `${ports.ui}`] : ['--headless']),
    // WAL and NORMAL: a killed server loses nothing, and a file is nearly as fast as memory.
    ...(options.database.kind === 'file'
      ? ['--db-filename', options.database.path, ...pragmas('journal_mode=WAL', 'synchronous=NORMAL')]
      : []),
    ...dynamicConfig.flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${JSON.stringify(value)}`]),
    ...attributes.flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

const pragmas = (...settings: string[]): string[] => settings.flatMap((setting) => ['--sqlite-pragma', setting]);

const namespaceUrl = (ports: TemporalPorts): string => `http://127.0.0.1:${ports.http}/api/v1/namespaces/default`;

async function isNamespaceServed(ports: TemporalPorts): Promise<boolean> {
  try {
    const answer = await fetch(namespaceUrl(ports), { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** The dev server itself has no flag for it, and would forget closed workflows after a day. */
async function setRetention(ports: TemporalPorts, days: number): Promise<void> {
  const answer = await fetch(`${namespaceUrl(ports)}/update`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ config: { workflowExecutionRetentionTtl: `${days * DAY_S}s` } }),
    signal: AbortSignal.timeout(READY_WITHIN_MS),
  });
  if (!answer.ok) throw new Error(`Temporal refused to keep closed workflows for ${days} days: HTTP ${answer.status}`);
}
