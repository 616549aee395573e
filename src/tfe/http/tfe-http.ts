import type { z } from 'zod';
import type { Answer } from './answer.ts';
import { limitsOf } from './limits.ts';
import { send } from './send.ts';
import type { Method, Sender } from './send.ts';
import { TfeError } from './tfe-error.ts';
import type { Timeouts } from './timeouts.ts';

/** The last argument of every call of the client. */
export interface CallOptions {
  /** Aborting it ends the call with reason `canceled`; whether TFE acted is then unknown. */
  signal?: AbortSignal | undefined;
}

export type Query = Record<string, string | number | undefined>;

export interface Call {
  /** The step in words, for errors: "create run". */
  operation: string;
  method?: Method;
  /** Path below /api/v2 as its segments, each encoded on its own: an id can never leave its place. */
  path: readonly string[];
  query?: Query;
  /** JSON:API document of a write. */
  document?: unknown;
  /** Plain JSON: what TFE's actions take. */
  plain?: unknown;
  /** TFE also counts these by the minute, so the limit in the answer is not the limit of all requests. */
  countedByTheMinute?: true;
}

export interface TfeHttpOptions extends Sender {
  /** https://host, with or without a path; /api/v2/ is added. */
  address: string;
  /** Read before every request, so that a rotated token counts at once. */
  token: () => string;
  timeouts: Timeouts;
  userAgent: string;
  onRateLimited?: (() => void) | undefined;
  onLimit?: ((perSecond: number) => void) | undefined;
}

/**
 * The half of the client that carries the token: one call = one request, without retries or redirects. Rejects with
 * TfeError only.
 */
export interface TfeHttp {
  /** Resolves with any status below 400; the caller reads the body. */
  exchange(call: Call, options?: CallOptions): Promise<Answer>;
  /** Requires a 2xx and reads its JSON through the schema. */
  document<Schema extends z.ZodType>(call: Call, schema: Schema, options?: CallOptions): Promise<z.output<Schema>>;
  /** Requires a 2xx and ignores its body. */
  act(call: Call, options?: CallOptions): Promise<void>;
}

// The largest documents are pages of 100 runs with everything included: some MB.
const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

export function createTfeHttp(options: TfeHttpOptions): TfeHttp {
  const baseUrl = new URL('api/v2/', options.address.endsWith('/') ? options.address : `${options.address}/`);

  const exchange = async (call: Call, { signal }: CallOptions = {}): Promise<Answer> => {
    const method = call.method ?? 'get';
    const token = options.token();
    const body = call.document ?? call.plain;
    const sending = send(options, {
      operation: call.operation,
      method,
      url: urlOf(baseUrl, call),
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.api+json, application/json',
        'user-agent': options.userAgent,
        ...(body !== undefined && {
          'content-type': call.document === undefined ? 'application/json' : 'application/vnd.api+json',
        }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      limits: limitsOf(method === 'get' ? options.timeouts.readMs : options.timeouts.writeMs, signal),
      secrets: [token],
    });
    try {
      const answer = await sending;
      const limit = Number(answer.headers.get('x-ratelimit-limit') ?? Number.NaN);
      if (call.countedByTheMinute !== true && limit > 0) options.onLimit?.(limit);
      return answer;
    } catch (error) {
      if (error instanceof TfeError && error.kind === 'rate-limited') options.onRateLimited?.();
      throw error;
    }
  };

  return {
    exchange,
    document: async (call, schema, callOptions) =>
      parseDocument(call.operation, await exchange(call, callOptions), schema),
    act: async (call, callOptions) => {
      const answer = await exchange(call, callOptions);
      await answer.discard();
      refuseRedirect(call.operation, answer);
    },
  };
}

function urlOf(baseUrl: URL, { operation, path, query = {} }: Call): URL {
  // A URL parser drops these segments, and with `..` the segment before as well.
  if (path.some((segment) => /^\.{0,2}$/u.test(segment))) {
    throw new TfeError('invalid', operation, { title: 'not an id or a name' });
  }
  const url = new URL(path.map(encodeURIComponent).join('/'), baseUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/** Throws if the answer redirects: a request with the token follows no redirect. */
export function refuseRedirect(operation: string, { status }: Answer): void {
  if (status >= 300) throw new TfeError('unreadable-answer', operation, { status, reason: 'redirected' });
}

/** Parses the JSON of a 2xx. An error names places in the document, never its values. */
export async function parseDocument<Schema extends z.ZodType>(
  operation: string,
  answer: Answer,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (answer.status >= 300) {
    await answer.discard();
    refuseRedirect(operation, answer);
  }
  const { status } = answer;
  const json = parseJson(operation, status, await answer.text(MAX_DOCUMENT_BYTES));
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const places = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'the document'))];
  throw new TfeError('unreadable-answer', operation, {
    status,
    reason: 'unexpected-document',
    detail: places.slice(0, 5).join(', '),
  });
}

export function parseJson(operation: string, status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TfeError('unreadable-answer', operation, { status, reason: 'not-json' });
  }
}
