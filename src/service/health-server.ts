import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from './settings.ts';

/** Resolves when all is well. Rejects with an error whose message may be shown and says what is wrong. */
export type HealthCheck = () => Promise<unknown>;

export interface HealthServer {
  /** http://HOST:PORT */
  readonly address: string;
  /** From now on `/readyz` answers 503: the process is about to stop and should get no more work. */
  drain(): void;
  close(): Promise<void>;
}

export interface HealthServerOptions {
  readonly listen: ListenAddress;
  /** By name; all must pass for `/readyz`. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  /** How long a check may take before it counts as failed. Default 2 s: shorter than most probes wait. */
  readonly checkTimeoutMs?: number;
}

/**
 * Serves `/healthz` (200 while the process runs) and `/readyz` (200 when every check passes, else 503, with each check's
 * state by name). Rejects when it cannot listen there.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { listen, checks, checkTimeoutMs = 2_000 } = options;
  let isDraining = false;
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, { error: 'GET only' });
    if (path === '/healthz') return send(response, 200, { ok: true });
    if (path !== '/readyz') return send(response, 404, { error: 'there are /healthz and /readyz' });
    void runChecks(checks, checkTimeoutMs).then((states) => {
      const ready = !isDraining && Object.values(states).every((state) => state === 'ok');
      send(response, ready ? 200 : 503, { ready, ...(isDraining && { stopping: true }), checks: states });
    });
  });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return {
    address: `http://${host}:${port}`,
    drain: () => {
      isDraining = true;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function runChecks(checks: HealthServerOptions['checks'], timeoutMs: number): Promise<Record<string, string>> {
  const states = Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check, timeoutMs)] as const);
  return Object.fromEntries(await Promise.all(states));
}

async function stateOf(check: HealthCheck, timeoutMs: number): Promise<string> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
  try {
    return await Promise.race([
      (async () => check())().then(
        () => 'ok',
        (error: unknown) => (error instanceof Error ? error.message : 'failed'),
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
