import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Delivery, Exchange } from '../control/faults.ts';
import { withoutSecrets } from '../control/journal.ts';
import type { RequestEntry } from '../control/journal.ts';
import type { RefusalDeps } from './refusal-of.ts';
import type { Settings } from '../settings.ts';
import type { Journal } from '../control/journal.ts';
import type { Faults } from '../control/faults.ts';
import type { Views } from '../control/views.ts';
import { errorAnswer, notFound, Refusal, wrongContentType } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Entrance } from './entrance.ts';
import { Query } from './query.ts';
import { refusalOf } from './refusal-of.ts';
import type { Allowance, RateLimiter } from './rate-limit.ts';
import { nameOf } from './route.ts';
import type { Call, Caller, Endpoint, ServedRoute } from './route.ts';
import { tokenSentToArchivist } from '../archivist/signed-url.ts';

export interface PipelineDeps extends RefusalDeps {
  settings: Settings;
  timestamp: () => string;
  journal: Journal;
  faults: Faults;
  views: Views;
}

interface ServerParts {
  deps: PipelineDeps;
  limiter: RateLimiter;
  entrance: Entrance;
}

/** Headers of every answer of the API. */
export const NAMES_OF_SERVER: Readonly<Record<string, string>> = {
  'tfp-api-version': '2.6',
  'tfp-appname': 'Terraform Enterprise',
  'x-tfe-version': 'v202509-1',
  'x-tfe-current-version': '1.0.0',
};

/** One request that was let in: how often has he asked, does a fault strike, then the handler. Everything is written down. */
export async function serve(
  parts: ServerParts,
  route: ServedRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Delivery> {
  const { deps } = parts;
  if (route.door === 'control') return { kind: 'answer', answer: await controlled(parts, route, request) };
  const entry = openEntry(deps, route, request);
  const headers: Record<string, string> = route.door === 'api' ? { ...NAMES_OF_SERVER } : {};
  const finish = (delivery: Delivery): Delivery => {
    const answered = 'answer' in delivery ? delivery.answer.status : 'dropped';
    deps.journal.update(entry, { answered, endedAt: deps.timestamp() });
    if (!('answer' in delivery)) return delivery;
    return { ...delivery, answer: { ...delivery.answer, headers: { ...headers, ...delivery.answer.headers } } };
  };
  try {
    const caller = parts.entrance.callerOf(request);
    entry.user = caller.user.username || null;
    if (route.door === 'signed' && request.headers.authorization !== undefined) {
      deps.journal.update(entry, { leakedToken: true });
      const noted = route.tokenSent === 'noted' || deps.settings.archivistTokens === 'noted';
      if (!noted) return finish({ kind: 'answer', answer: tokenSentToArchivist() });
    }
    if (route.door === 'api') limit(parts.limiter, route, caller, headers);
    const exchange = exchangeOf(deps, { route, request, reply, caller, entry });
    const fault = deps.faults.take(entry.route, entry.path);
    if (!fault) return finish({ kind: 'answer', answer: await exchange.commit() });
    entry.fault = fault.fault;
    return finish(await deps.faults.strike(fault, exchange));
  } catch (error) {
    return finish({ kind: 'answer', answer: errorAnswer(refusalOf(deps, error)) });
  }
}

async function controlled(
  { deps, entrance }: ServerParts,
  route: ServedRoute,
  request: FastifyRequest,
): Promise<Answer> {
  try {
    const caller = entrance.callerOf(request);
    if (caller.access !== 'admin') throw notFound();
    return await route.handle(callOf(route, request, caller));
  } catch (error) {
    return errorAnswer(refusalOf(deps, error));
  }
}

function openEntry(deps: PipelineDeps, route: Endpoint, request: FastifyRequest): RequestEntry {
  // What anybody may ask, and as often as he likes, would push out what was done.
  const open = route.door === 'open' ? deps.journal.unwritten : deps.journal.open;
  return open({
    kind: 'request',
    route: nameOf(route),
    method: request.method,
    // The rest of a signed URL is a secret.
    path: route.door === 'signed' ? route.path : (request.url.split('?')[0] ?? ''),
    query: route.door === 'api' ? (request.url.split('?')[1] ?? null) : null,
    user: null,
    answered: 'open',
    committed: false,
    created: [],
    attributes: request.method === 'GET' || request.body instanceof Readable ? null : withoutSecrets(request.body),
    fault: null,
    leakedToken: false,
    endedAt: null,
  });
}

function limit(limiter: RateLimiter, route: Endpoint, caller: Caller, headers: Record<string, string>): void {
  const allowances = [
    limiter.request(caller.user.id),
    ...(route.budget ? [limiter.budget(route.budget, caller.user.id)] : []),
  ];
  const [first] = allowances;
  const refused = allowances.find((allowance) => allowance.verdict === 'refuse');
  Object.assign(headers, limitHeaders(refused ?? first));
  if (!refused) return;
  const error = { status: 429, title: 'Too many requests', detail: "You have exceeded the API's rate limit." };
  throw new Refusal(429, [error]);
}

const limitHeaders = (allowance: Allowance | undefined): Record<string, string> =>
  allowance && allowance.limit > 0
    ? {
        'x-ratelimit-limit': String(allowance.limit),
        'x-ratelimit-remaining': String(allowance.remaining),
        'x-ratelimit-reset': allowance.resetSeconds.toFixed(3),
      }
    : {};

function exchangeOf(
  deps: PipelineDeps,
  one: { route: ServedRoute; request: FastifyRequest; reply: FastifyReply; caller: Caller; entry: RequestEntry },
): Exchange {
  const { route, request, reply, caller, entry } = one;
  const call = callOf(route, request, caller);
  let committed: Promise<Answer> | undefined;
  const commit = async (): Promise<Answer> => {
    try {
      checkContentType(route, request);
      if (route.door === 'api') call.query.include(route.include ?? []);
      const answer = await route.handle(call);
      const wrote = route.method !== 'GET' && answer.status < 400;
      deps.journal.update(entry, { committed: wrote, created: answer.status === 201 ? idsOf(answer.body) : [] });
      return answer;
    } catch (error) {
      return errorAnswer(refusalOf(deps, error));
    }
  };
  return {
    async receive() {
      if (call.upload) call.upload = Readable.from([Buffer.concat((await call.upload.toArray()) as Buffer[])]);
    },
    commit: () => (committed ??= commit()),
    clientGone: new Promise((resolve) => reply.raw.once('close', () => resolve())),
    hideYoungerThan: (ms) => void (call.hideYoungerThanMs = ms),
    freezeRun: (ms) => deps.views.freeze(call.params['run_id'] ?? '', ms),
  };
}

function idsOf(body: unknown): string[] {
  const data = (body as { data?: { id?: unknown } } | undefined)?.data;
  return typeof data?.id === 'string' ? [data.id] : [];
}

function checkContentType(route: Endpoint, request: FastifyRequest): void {
  if (route.body === 'bytes' || request.body === undefined || request.body === null) return;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (request.body instanceof Readable) throw wrongContentType();
  if (route.body === 'resource' && type !== 'application/vnd.api+json') throw wrongContentType();
}

function callOf(route: Endpoint, request: FastifyRequest, caller: Caller): Call {
  return {
    caller,
    params: request.params as Record<string, string>,
    query: new Query(request.query),
    body: route.body === 'bytes' ? undefined : request.body,
    upload: route.body === 'bytes' && request.body instanceof Readable ? request.body : undefined,
    headers: request.headers,
    origin: `${request.protocol}://${request.host}`,
    path: request.url.split('?')[0] ?? '',
    hideYoungerThanMs: undefined,
  };
}
