import type { Answer } from './answer.ts';
import type { Secret } from './secret.ts';
import { limitsOf, type Limits } from './limits.ts';
import { send } from './send.ts';
import type { Sender } from './send.ts';
import type { CallOptions } from './tfe-http.ts';
import type { Timeouts } from './timeouts.ts';

export interface StorageHttpOptions extends Sender {
  timeouts: Timeouts;
  userAgent: string;
}

/**
 * The half of the client that carries no token: blob storage ("archivist") URLs are secrets by themselves, and the token must never reach them.
 * Rejects with TfeError only; no redirect is followed.
 */
export interface StorageHttp {
  get(operation: string, url: Secret, query: Record<string, number>, options?: CallOptions): Promise<Answer>;
  /** Streams `body` with its length stated, so that a body cut short can never pass for a whole one. */
  put(operation: string, url: Secret, body: UploadBody, limits: Limits): Promise<Answer>;
}

export interface UploadBody {
  stream: ReadableStream<Uint8Array>;
  bytes: number;
}

export function createStorageHttp(options: StorageHttpOptions): StorageHttp {
  const headers = { 'user-agent': options.userAgent };
  return {
    get: async (operation, url, query, { signal } = {}) => {
      const target = new URL(url.reveal());
      for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value));
      return send(options, {
        operation,
        method: 'get',
        url: target,
        headers: { ...headers, accept: '*/*' },
        limits: limitsOf(options.timeouts.logMs, signal),
        secrets: [url.reveal()],
      });
    },
    put: async (operation, url, { stream, bytes }, limits) =>
      send(options, {
        operation,
        method: 'put',
        url: new URL(url.reveal()),
        headers: { ...headers, 'content-type': 'application/octet-stream', 'content-length': String(bytes) },
        body: stream,
        limits,
        secrets: [url.reveal()],
      }),
  };
}
