import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Bytes of the body that arrived, also when it broke off. */
  bodyBytes: number;
  /** Whether the whole body arrived. */
  complete: boolean;
}

export type Reply =
  | { status: number; headers?: Record<string, string>; body?: string | Uint8Array; json?: unknown }
  /** States more bytes than it sends, then drops the connection. */
  | { halfOf: string; status?: number }
  | 'drop-connection'
  | 'silence';

export interface ReplayServer {
  address: string;
  requests: SeenRequest[];
  /** The next requests get these replies in turn; a request too many gets 599. */
  reply(...replies: Reply[]): void;
  /** Resolves when a request has arrived that nobody has waited for yet; the test's own time limit bounds it. */
  nextRequest(): Promise<SeenRequest>;
  close(): Promise<void>;
}

/** A real HTTP server on a free loopback port that answers with documents as they were recorded, and drops sockets on demand. */
export async function startReplayServer(tls?: { key: string; cert: string }): Promise<ReplayServer> {
  const requests: SeenRequest[] = [];
  const queue: Reply[] = [];
  const arrivals = new EventEmitter();
  let awaited = 0;
  const listener: RequestListener = (request, response) => {
    void collect(request).then((seen) => {
      requests.push(seen);
      arrivals.emit('request');
      answer(response, queue.shift() ?? { status: 599 });
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    reply: (...replies) => void queue.push(...replies),
    nextRequest: async () => {
      if (requests.length <= awaited) await once(arrivals, 'request');
      return requests[awaited++]!;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function collect(request: IncomingMessage): Promise<SeenRequest> {
  const seen: SeenRequest = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: '',
    bodyBytes: 0,
    complete: false,
  };
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      seen.bodyBytes += chunk.byteLength;
      if (seen.bodyBytes < 100_000) seen.body += chunk.toString();
    }
    seen.complete = request.complete;
  } catch {
    // The client broke off: `complete` says so.
  }
  return seen;
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === 'silence') return;
  if (reply === 'drop-connection') {
    response.socket?.destroy();
    return;
  }
  if ('halfOf' in reply) {
    response.writeHead(reply.status ?? 200, {
      'content-type': 'application/vnd.api+json',
      'content-length': String(Buffer.byteLength(reply.halfOf)),
    });
    response.write(reply.halfOf.slice(0, reply.halfOf.length / 2), () => response.socket?.destroy());
    return;
  }
  const json = reply.json === undefined ? undefined : JSON.stringify(reply.json);
  response.writeHead(reply.status, {
    ...(json !== undefined && { 'content-type': 'application/vnd.api+json' }),
    ...reply.headers,
  });
  response.end(json ?? reply.body);
}
