import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../services.ts';
import { badRequest, errorAnswer, notFound, Refusal, tooLarge, wrongContentType } from './answer.ts';
import type { Answer } from './answer.ts';
import { serve } from './pipeline.ts';
import { deliver } from './deliver.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Route } from './route.ts';
import { urlOf } from './route.ts';

// JSON documents; state versions are sent inline by old clients. Uploads stream and have their own limit.
const MAX_JSON_BYTES = 64 * 1024 * 1024;

export interface Tls {
  key: string;
  cert: string;
}

/** The HTTP server: routes from the table, nothing sent that is not JSON:API, whatever goes wrong. */
export function createApp(
  services: Services,
  options: { routes: readonly Route[]; limiter: RateLimiter; tls?: Tls | undefined },
): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_JSON_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: true },
    ...(options.tls && { https: options.tls }),
  } as { logger: false });
  app.removeAllContentTypeParsers();
  const parseJson = (
    _request: FastifyRequest,
    text: string,
    done: (error: Error | null, body?: unknown) => void,
  ): void => {
    try {
      done(null, text === '' ? undefined : JSON.parse(text));
    } catch {
      done(badRequest('The request body is not JSON.'));
    }
  };
  app.addContentTypeParser(['application/vnd.api+json', 'application/json'], { parseAs: 'string' }, parseJson);
  // Uploads are read by their handler, piece by piece; other bodies are refused by it.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: urlOf(route),
      handler: async (request, reply) => {
        const delivery = await serve({ services, limiter: options.limiter }, route, request, reply);
        await deliver(delivery, reply);
      },
    });
  }
  const failed = async (reply: FastifyReply, answer: Answer): Promise<void> =>
    deliver({ kind: 'answer', answer }, reply);
  app.setNotFoundHandler((_request, reply) => failed(reply, errorAnswer(notFound())));
  app.setErrorHandler((error, _request, reply) => failed(reply, errorAnswer(toRefusal(error))));
  return app;
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge('The request body is too large.');
  if (statusCode === 415) return wrongContentType();
  if (statusCode !== undefined && statusCode < 500) return badRequest('The request cannot be read.');
  return new Refusal(500, [{ status: '500', title: 'internal server error' }]);
}
