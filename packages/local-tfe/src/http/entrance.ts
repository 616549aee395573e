import type { FastifyRequest } from 'fastify';
import type { AuthenticateDeps } from './authenticate.ts';
import type { UrlSigner } from '../archivist/signed-url.ts';
import type { UserRecord } from '../account/user-records.ts';
import { notFound } from './answer.ts';
import { authenticate } from './authenticate.ts';
import type { Caller, Endpoint } from './route.ts';

export interface EntranceDeps extends AuthenticateDeps {
  urls: UrlSigner;
}

const NOBODY: UserRecord = { id: '', username: '', email: '' };
const ANONYMOUS: Caller = { user: NOBODY, access: 'none', tokenId: '' };

/**
 * Who may come in, known from the head of a request alone: of a stranger's body nothing is read, and nothing is written
 * down of it.
 */
export function createEntrance(deps: EntranceDeps) {
  const callers = new WeakMap<FastifyRequest, Caller>();
  return {
    /** Throws the refusal for a stranger: 401 without a good token, 404 for an URL that was not signed here. */
    admit(route: Endpoint, request: FastifyRequest): void {
      const { authorization } = request.headers;
      switch (route.door) {
        case 'open':
          return;
        case 'signed':
          if (!deps.urls.isSigned(tokenOf(request))) refuseUnlessKnown(deps, authorization);
          return;
        case 'api':
        case 'control':
          callers.set(request, authenticate(deps, authorization));
      }
    },
    callerOf: (request: FastifyRequest): Caller => callers.get(request) ?? ANONYMOUS,
  };
}

export type Entrance = ReturnType<typeof createEntrance>;

const tokenOf = (request: FastifyRequest): string => (request.params as { token?: string }).token ?? '';

// A client of ours that sends its token along is let in, so that the leak is written down.
function refuseUnlessKnown(deps: EntranceDeps, authorization: string | undefined): void {
  try {
    authenticate(deps, authorization);
  } catch {
    throw notFound();
  }
}
