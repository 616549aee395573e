import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Child } from '../child-process.ts';
import { freeLoopbackPort, hiddenLoopbackAddress } from '../loopback-ports.ts';
import type { Stack } from '../stack.ts';
import { secretHost, temporalHttp, type TemporalHttp } from './temporal-http.ts';
import { openUiGate, type HostPort } from '../ui-gate.ts';

/** The server's own names of search attribute types. */
export type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

type DynamicConfig = Readonly<Record<string, string | number | boolean | readonly string[]>>;

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
  readonly dynamicConfig?: DynamicConfig;
  /** Default: free ones. */
  readonly ports?: TemporalPorts;
}

/** The ports that people and programs know. */
export interface TemporalPorts {
  readonly grpc: number;
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

/**
 * Starts a Temporal dev server as part of `stack`. Rejects with `ChildFailed` when it does not become ready.
 *
 * No web page reaches it: of the two servers that speak HTTP, the API answers only under a name that nobody else knows, and
 * the UI listens where nobody looks, behind a gate on its known port.
 */
export async function startTemporal(stack: Stack, options: TemporalServerOptions): Promise<TemporalServer> {
  const ports = options.ports ?? { grpc: await freeLoopbackPort(), ui: await freeLoopbackPort() };
  const ui = options.ui === 'with-ui' ? await hiddenLoopbackAddress() : undefined;
  if (options.database.kind === 'file') await mkdir(dirname(options.database.path), { recursive: true });
  const host = secretHost();
  const launch = async (): Promise<Child> => {
    const http = temporalHttp({ port: await freeLoopbackPort(), host });
    const child = await stack.start({
      name: 'temporal',
      command: options.program,
      args: serverArgs(options, { grpcPort: ports.grpc, http, ui }),
      // An in-memory server keeps its cluster id in the user's configuration folder, and would read the user's profile.
      env: { HOME: stack.directory, XDG_CONFIG_HOME: join(stack.directory, 'config') },
      ready: { kind: 'probe', isReady: () => http.isNamespaceServed('default') },
      readyWithinMs: READY_WITHIN_MS,
    });
    // The dev server has no flag for it, and would forget closed workflows after a day.
    await http.setRetention('default', options.retentionDays ?? 30);
    return child;
  };
  if (ui) {
    const gate = await openUiGate({ listen: { host: '127.0.0.1', port: ports.ui }, ui });
    stack.closeAtEnd(() => gate.close());
  }
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

interface Endpoints {
  readonly grpcPort: number;
  readonly http: TemporalHttp;
  readonly ui: HostPort | undefined;
}

function serverArgs(options: TemporalServerOptions, { grpcPort, http, ui }: Endpoints): string[] {
  const dynamicConfig = Object.entries({ ...options.dynamicConfig, ...http.dynamicConfig });
  const attributes = Object.entries(options.searchAttributes ?? {});
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-format', 'json', '--log-level', 'warn'],
    ...['--port', `${grpcPort}`, '--http-port', `${http.port}`],
    ...(ui === undefined ? ['--headless'] : ['--ui-ip', ui.host, '--ui-port', `${ui.port}`]),
    // WAL and NORMAL: a killed server loses nothing, and a file is nearly as fast as memory.
    ...(options.database.kind === 'file'
      ? ['--db-filename', options.database.path, ...pragmas('journal_mode=WAL', 'synchronous=NORMAL')]
      : []),
    ...dynamicConfig.flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${JSON.stringify(value)}`]),
    ...attributes.flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

const pragmas = (...settings: string[]): string[] => settings.flatMap((setting) => ['--sqlite-pragma', setting]);
