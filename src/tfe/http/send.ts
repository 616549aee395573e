import type { KyInstance } from 'ky';
import { createAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { issuerOf } from './certificate-issuer.ts';
import { kindOfStatus, wordsOfRefusal } from './error-answer.ts';
import { certificateVerdict, reasonOf } from './failed-exchange.ts';
import type { Limits } from './limits.ts';
import { retryAfterMs } from './retry-after.ts';
import { TfeError } from './tfe-error.ts';
import type { Transport } from './transport.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface Outgoing {
  /** The step in words, for errors: "create run". */
  operation: string;
  method: Method;
  url: URL;
  headers: Record<string, string>;
  body?: string | ReadableStream<Uint8Array>;
  limits: Limits;
  /** Values that an error's text must not contain. */
  secrets: readonly string[];
}

export interface Sender {
  http: KyInstance;
  transport: Transport;
  now: () => number;
}

// Enough for every error document of TFE and for the words of a proxy.
const MAX_REFUSAL_BYTES = 65_536;

/** One request. Resolves with any status below 400, body unread; rejects with TfeError and nothing else. */
export async function send(sender: Sender, out: Outgoing): Promise<Answer> {
  let response: Response;
  try {
    response = await sender.http(out.url, {
      method: out.method,
      headers: out.headers,
      signal: out.limits.signal,
      ...(out.body !== undefined && { body: out.body }),
    });
  } catch (error) {
    throw await noAnswer(sender.transport, out, error);
  }
  const answer = createAnswer(out.operation, response, out.limits);
  if (answer.status >= 400) throw await refusal(out, answer, sender.now());
  return answer;
}

async function refusal(out: Outgoing, answer: Answer, nowMs: number): Promise<TfeError> {
  const { status, headers } = answer;
  // The status decides. An unreadable body costs only TFE's words.
  const body = await answer.text(MAX_REFUSAL_BYTES).catch(() => '');
  const wait = status === 429 || status >= 500 ? retryAfterMs(headers, nowMs) : undefined;
  return new TfeError(kindOfStatus(status), out.operation, {
    status,
    ...wordsOfRefusal(body, headers.get('content-type') ?? '', out.secrets),
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

async function noAnswer(transport: Transport, out: Outgoing, error: unknown): Promise<TfeError> {
  const reason = out.limits.endedBy() ?? reasonOf(error);
  if (reason !== 'untrusted-certificate') return new TfeError('no-answer', out.operation, { reason });
  const verdict = certificateVerdict(error);
  // Behind a proxy the handshake would have to go through the proxy too, so there we report only the verdict.
  const issuer = transport.usesProxy ? undefined : await issuerOf(out.url, transport.trusted());
  return new TfeError('no-answer', out.operation, {
    reason,
    ...(verdict !== undefined && { detail: verdict }),
    ...(issuer !== undefined && { issuer }),
  });
}
