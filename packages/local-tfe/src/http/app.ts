import type { IncomingMessage } from 'node:http';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EntranceDeps } from './entrance.ts';
import { errorAnswer, foreignHost, notFound } from './answer.ts';
import type { Answer, Refusal } from './answer.ts';
import { readJson } from './read-json.ts';
import { refusalOf } from './refusal-of.ts';
import { NAMES_OF_SERVER, serve } from './pipeline.ts';
import type { PipelineDeps } from './pipeline.ts';
import { deliver } from './deliver.ts';
import { createEntrance } from './entrance.ts';
import { keepForAnswer, endUnread } from './unread-request.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { ServedRoute } from './route.ts';
import { urlOf } from './route.ts';

export type AppDeps = PipelineDeps & EntranceDeps;

// JSON documents; state versions are sent inline by old clients. Uploads stream and have their own limit.
const MAX_JSON_BYTES = 64 * 1024 * 1024;

const asStream = (
  _request: FastifyRequest,
  payload: IncomingMessage,
  done: (error: Error | null, body?: unknown) => void,
): void => done(null, payload);

export interface Tls {
  key: string;
  cert: string;
}

/** The HTTP server: routes from the table, nothing sent that is not JSON:API, whatever goes wrong. */
export function createApp(
  deps: AppDeps,
  options: {
    routes: readonly ServedRoute[];
    limiter: RateLimiter;
    /** Whether a Host header names this server. */
    isOwnHost: (header: string | undefined) => boolean;
    tls?: Tls | undefined;
  },
): FastifyInstance {
  const failed = async (request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<void> => {
    keepForAnswer(request.raw, reply.raw);
    const headers = request.url.startsWith(urlOf({ door: 'api', path: '/' })) ? NAMES_OF_SERVER : {};
    await deliver({ kind: 'answer', answer: { ...answer, headers: { ...headers, ...answer.headers } } }, reply);
  };
  const app = fastify({
    logger: false,
    bodyLimit: MAX_JSON_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: true },
    // Paths that cannot be read get no further than this.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      void failed(request, reply, errorAnswer(refusalOf(deps, error))),
    ...(options.tls && { https: options.tls }),
  } as { logger: false });
  // Before a body is read: who asks, and for whom.
  app.addHook('onRequest', async (request) => {
    if (!options.isOwnHost(request.headers.host)) throw foreignHost(request.headers.host);
    if (request.is404) throw notFound();
  });
  app.addHook('onResponse', async (request) => endUnread(request.raw));
  const entrance = createEntrance(deps);
  app.removeAllContentTypeParsers();
  const parseJson = (
    _request: FastifyRequest,
    text: string,
    done: (error: Error | null, body?: unknown) => void,
  ): void => {
    try {
      done(null, text === '' ? undefined : readJson(text));
    } catch (error) {
      done(error as Refusal);
    }
  };
  app.addContentTypeParser(['application/vnd.api+json', 'application/json'], { parseAs: 'string' }, parseJson);
  // Not JSON: refused by the handler.
  app.addContentTypeParser('*', asStream);

  const add = (scope: FastifyInstance, route: ServedRoute): void =>
    void scope.route({
      method: route.method,
      url: urlOf(route),
      onRequest: async (request) => entrance.admit(route, request),
      handler: async (request, reply) => {
        const delivery = await serve({ deps, limiter: options.limiter, entrance }, route, request, reply);
        await deliver(delivery, reply);
      },
    });
  for (const route of options.routes) if (route.body !== 'bytes') add(app, route);
  void app.register(async (uploads) => {
    // Read by their handler, piece by piece, whatever the client calls them: a state may be sent as JSON.
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', asStream);
    for (const route of options.routes) if (route.body === 'bytes') add(uploads, route);
  });
  app.setNotFoundHandler((request, reply) => failed(request, reply, errorAnswer(notFound())));
  app.setErrorHandler((error, request, reply) => failed(request, reply, errorAnswer(refusalOf(deps, error))));
  return app;
}
