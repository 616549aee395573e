import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { RunwrightClient } from '@runwright/client';
import type { Logger } from '../service/logger.ts';
import type { ListenAddress } from '../service/settings.ts';
import type { TokenSource } from '../service/token-source.ts';
import { errorAnswer } from './error-answer.ts';
import { createFollower } from './follow-notification.ts';
import { GatewayError } from './gateway-error.ts';
import { notificationRoutes } from './notification-routes.ts';
import { requestRoutes } from './request-routes.ts';

export interface GatewayOptions {
  client: RunwrightClient;
  /** https://tfe.example.com: requests of other hosts in the same namespace are not served. */
  tfeAddress: string;
  /** The token that callers of /v1/requests send. */
  token: TokenSource;
  /** Key of TFE's notifications; `undefined`: the gateway takes none. */
  notificationKey: TokenSource | undefined;
  listen: ListenAddress;
  logger: Logger;
  /** How long `close()` waits for requests that are under way, in ms; 20 s unless set. */
  closeWithinMs?: number;
  /** How long a caller may take to send; see `SLOWEST`. */
  receive?: ReceiveTimes;
}

export interface ReceiveTimes {
  /** For all headers. */
  headersMs: number;
  /** For the whole request. */
  requestMs: number;
  /** How often Node looks for late requests; they stay open until then. */
  lookEveryMs: number;
}

export interface Gateway {
  /** http://HOST:PORT */
  readonly address: string;
  /** Takes no more requests and answers those it has. After `closeWithinMs` it cuts off the rest. */
  close(): Promise<void>;
}

// Enough for a request with every variable that TFE takes. Archives are not sent this way.
const BODY_LIMIT_BYTES = 1024 * 1024;
// A slower sender holds a connection for nothing: a thousand that send a byte a second would keep everybody out.
const SLOWEST: ReceiveTimes = { headersMs: 10_000, requestMs: 30_000, lookEveryMs: 2_000 };
// Longest silence on a connection, even while we prepare an answer, which takes 20 s at most.
const SILENT_WITHIN_MS = 60_000;
// Idle time between two requests. A proxy in front must keep its own connections for less.
const IDLE_WITHIN_MS = 72_000;
// Longer than any answer takes, and shorter than the 30 s after which a container is killed. Node's own limit for slow
// senders ends with the server, so without this limit half a request would keep the process from stopping.
const CLOSE_WITHIN_MS = 20_000;
// A workflow id has at most 255 bytes, each of which may be sent as %XX.
const LONGEST_PARAMETER = 3 * 255;

/** Serves requests, decisions and TFE's notifications over HTTP. Rejects when it cannot listen there. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const {
    client,
    token,
    notificationKey,
    logger,
    listen,
    closeWithinMs = CLOSE_WITHIN_MS,
    receive = SLOWEST,
  } = options;
  const app = fastify({
    logger: false, // one line per answer, written below: fastify's own would hold whole URLs
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: receive.requestMs,
    connectionTimeout: SILENT_WITHIN_MS,
    keepAliveTimeout: IDLE_WITHIN_MS,
    http: {
      headersTimeout: receive.headersMs,
      requestTimeout: receive.requestMs,
      connectionsCheckingInterval: receive.lookEveryMs,
    },
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    genReqId: requestId,
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply, logger),
  });
  answerAlike(app, logger);
  endConnectionsOnClose(app);
  app.removeContentTypeParser('text/plain');
  await app.register(requestRoutes, { client, token, tfeHost: new URL(options.tfeAddress).host });
  await app.register(notificationRoutes, { key: notificationKey, follow: createFollower(client), logger });
  await app.listen({ host: listen.host, port: listen.port });
  const { port } = app.server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return { address: `http://${host}:${port}`, close: () => closeWithin(app, closeWithinMs) };
}

async function closeWithin(app: FastifyInstance, ms: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), ms);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

// Keeps the caller's own id if it is fit for a log line.
function requestId({ headers }: { headers: Record<string, string | string[] | undefined> }): string {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(sent) ? sent : randomUUID();
}

/** Gives every answer an id and a log line, and every refusal the same shape. */
function answerAlike(app: FastifyInstance, logger: Logger): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
  });
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, logger));
  app.setNotFoundHandler((request, reply) =>
    refuse(
      new GatewayError('no-such-route', 'there is /v1/requests and /v1/notifications/tfe'),
      request,
      reply,
      logger,
    ),
  );
  app.addHook('onResponse', async (request, reply) => {
    logger.info('request answered', {
      requestId: request.id,
      method: request.method,
      // The pattern, not the URL: query and path may hold text that must not be logged.
      route: request.routeOptions.url ?? '(none)',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
}

// A connection that stays open after its last answer would delay the end of the process until it times out.
function endConnectionsOnClose(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => void (isClosing = true));
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
  const { status, body } = errorAnswer(error);
  const { kind, message } = body.error;
  if (kind === 'internal') {
    const { name, message: reason } = error instanceof Error ? error : new Error('something that is no error');
    logger.error('request failed', { requestId: request.id, error: name, reason });
  } else if (status >= 500) {
    logger.warn('request cannot be answered now', { requestId: request.id, kind, reason: message });
  }
  return reply.code(status).header('x-request-id', request.id).send(body);
}
