import type { Readable } from 'node:stream';
import type { Access, UserRecord } from '../account/user-records.ts';
import type { Reach } from '../team/reach.ts';
import type { Answer } from './answer.ts';
import type { Query } from './query.ts';
import type { Budget } from './rate-limit.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Who is asking, and what the token may do. */
export interface Caller {
  user: UserRecord;
  /** In every organization. A team's reach ends with its own. */
  access: Access;
  team?: TeamReach | undefined;
  /** SHA-256 of the token. */
  tokenId: string;
}

export interface TeamReach {
  organization: string;
  /** In every workspace of the organization. */
  access: Access;
  /** What the team was granted in single workspaces. */
  workspaces: ReadonlyMap<string, Reach>;
  /** Whether the workspace is one of the organization's. */
  owns(workspaceId: string): boolean;
}

export interface Call {
  caller: Caller;
  params: Record<string, string>;
  query: Query;
  body: unknown;
  /** The raw body of an upload. */
  upload: Readable | undefined;
  headers: Record<string, string | string[] | undefined>;
  /** `http://127.0.0.1:8090`, as the caller addressed us. */
  origin: string;
  path: string;
  /** Set by a fault: a list leaves out what is younger. */
  hideYoungerThanMs: number | undefined;
}

/** What is known of a route without its handler. */
export interface Endpoint {
  method: Method;
  /** As TFE's documentation writes it, without `/api/v2`: `/runs/:run_id/actions/apply`. */
  path: string;
  summary: string;
  /**
   * `api`: bearer token and rate limit. `signed`: the URL is the permission, a token is refused.
   * `open`: anybody. `control`: bearer token of an administrator, no rate limit.
   */
  door: 'api' | 'signed' | 'open' | 'control';
  /**
   * What a signed URL makes of a bearer token. HashiCorp's own clients send theirs when they download, on the same host also
   * through a redirect, and when they upload a state (pytfe 1.5): `noted` answers and writes it down. Archives and logs
   * refuse it, unless the server was started with `--archivist-tokens noted`.
   */
  tokenSent?: 'refused' | 'noted';
  /** `list`: counts against the 30 run lists a minute as well; `verification`: against 10 a minute. */
  budget?: Budget;
  /** The relations that `include` may name: others are refused, where there are none every one. */
  include?: readonly string[];
  /** `resource`: JSON:API document. `plain`: JSON or nothing. `bytes`: streamed. */
  body?: 'resource' | 'plain' | 'bytes';
}

/** What answers a call; `Deps` is what it works with. */
export type Handler<Deps> = (call: Call, deps: Deps) => Answer | Promise<Answer>;

export interface Route<Deps = unknown> extends Endpoint {
  handle: Handler<Deps>;
}

/** A route of a server that runs: its handler has what it works with. */
export interface ServedRoute extends Endpoint {
  handle(call: Call): Answer | Promise<Answer>;
}

export const serveRoute = <Deps>(route: Route<Deps>, deps: Deps): ServedRoute => ({
  ...route,
  handle: (call) => route.handle(call, deps),
});

const PREFIX = { api: '/api/v2', signed: '/_archivist/v1', open: '', control: '/_control' } as const;

export const urlOf = (route: Pick<Endpoint, 'door' | 'path'>): string => PREFIX[route.door] + route.path;

/** `POST /runs`: the name by which faults and the journal know a route. */
export const nameOf = (route: Pick<Endpoint, 'door' | 'method' | 'path'>): string =>
  `${route.method} ${route.door === 'api' ? route.path : urlOf(route)}`;
