import type { Answer } from '../http/answer.ts';
import { defined } from '../http/json-api.ts';
import { refuseRedirect, type CallOptions, type TfeHttp } from '../http/tfe-http.ts';
import { TfeError } from '../http/tfe-error.ts';

/** What a server says of itself in its headers; compatible servers say less. */
export interface ServerFacts {
  /** TFP-API-Version, e.g. 2.6. */
  apiVersion?: string;
  /** TFP-AppName: "HCP Terraform" or "Terraform Enterprise". */
  appName?: string;
  /** X-TFE-Version, e.g. v202409-1. */
  tfeVersion?: string;
  /** X-RateLimit-Limit: requests per second and user. */
  requestsPerSecond?: number;
}

/**
 * `GET /ping`. A server without it (404) says nothing. `unauthorized`: the server is there and wants another token.
 * `unreadable-answer`: a page for people (of a login, of a proxy) answered, not TFE's API.
 */
export const createPing =
  (http: TfeHttp) =>
  async (options?: CallOptions): Promise<ServerFacts> => {
    const call = { operation: 'ping', path: ['ping'] };
    try {
      const answer = await http.exchange(call, options);
      await answer.discard();
      refuseRedirect(call.operation, answer);
      refusePage(call.operation, answer);
      return factsOf(answer.headers);
    } catch (error) {
      if (error instanceof TfeError && error.kind === 'not-found') return {};
      throw error;
    }
  };

function refusePage(operation: string, { status, headers }: Answer): void {
  if (!headers.get('content-type')?.startsWith('text/html')) return;
  throw new TfeError('unreadable-answer', operation, { status, reason: 'not-json' });
}

function factsOf(headers: Headers): ServerFacts {
  const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
  return defined({
    apiVersion: headers.get('tfp-api-version') ?? undefined,
    appName: headers.get('tfp-appname') ?? undefined,
    tfeVersion: headers.get('x-tfe-version') ?? undefined,
    requestsPerSecond: Number.isFinite(limit) && limit > 0 ? limit : undefined,
  });
}
