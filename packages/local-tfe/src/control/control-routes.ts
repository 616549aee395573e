import { z } from 'zod';
import { FaultRequest } from './faults.ts';
import { PersonRequest } from './people.ts';
import { RUN_STATUSES } from '../run/run-statuses.ts';
import { Script } from '../engine/script.ts';
import { created, noContent, notFound, ok, Refusal } from '../http/answer.ts';
import type { Handler, Method, Route } from '../http/route.ts';
import type { Capacity } from '../engine/capacity.ts';
import type { Faults } from './faults.ts';
import type { Holds } from './holds.ts';
import type { Journal } from './journal.ts';
import type { Listener } from './listener.ts';
import type { People } from './people.ts';
import type { Processing } from './processing.ts';
import type { Scripts } from './scripts.ts';
import type { Store } from '../store/store.ts';
import { grantToken, hashToken } from '../account/users.ts';

/** What a test may get at. */
export interface ControlDeps {
  store: Store;
  journal: Journal;
  faults: Faults;
  people: People;
  holds: Holds;
  scripts: Scripts;
  processing: Processing;
  listener: Listener;
  engine: { capacity: Capacity };
  onError: (error: unknown) => void;
}

function read<T extends z.ZodType>(body: unknown, shape: T): z.output<T> {
  const parsed = shape.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new Refusal(
    422,
    parsed.error.issues.map((issue) => ({
      status: '422',
      title: 'invalid',
      detail: `${issue.path.join('.')}: ${issue.message}`,
    })),
  );
}

const Hold = z.strictObject({
  status: z.enum(RUN_STATUSES),
  workspaceId: z.string().optional(),
  runId: z.string().optional(),
});
const Token = z.strictObject({
  token: z.string().min(1),
  username: z.string().min(1),
  access: z.enum(['admin', 'apply', 'plan', 'read', 'none']).default('admin'),
});
const Delay = z.strictObject({ ms: z.number().int().min(0).max(3_600_000) });
const Outage = z.strictObject({ ms: z.number().int().min(0).max(3_600_000) });
const Revoked = z.strictObject({ token: z.string().min(1) });
const Capacity = z.strictObject({ concurrency: z.number().int().nonnegative() });

const route = (method: Method, path: string, summary: string, handle: Handler<ControlDeps>): Route<ControlDeps> => ({
  method,
  path,
  summary,
  handle,
  door: 'control',
  ...(method !== 'GET' && method !== 'DELETE' && { body: 'plain' }),
});

/** The control API: what a test does to the server, and what it saw. */
export const controlRoutes: readonly Route<ControlDeps>[] = [
  route('GET', '/journal', 'Every request of a known caller and every change, in order', ({ query }, { journal }) =>
    ok({
      entries: journal.entries({
        route: query.text('route'),
        kind: query.text('kind'),
        after: query.integer('after', 0),
      }),
    }),
  ),
  route('DELETE', '/journal', 'Forget the journal', (_call, { journal }) => {
    journal.clear();
    return noContent();
  }),
  route('GET', '/faults', 'The faults, and how often each struck', (_call, { faults }) =>
    ok({ faults: faults.list() }),
  ),
  route('POST', '/faults', 'Let a fault wait for its request', ({ body }, { faults }) =>
    created(faults.add(read(body, FaultRequest))),
  ),
  route('DELETE', '/faults', 'Clear all faults', (_call, { faults }) => {
    faults.clear();
    return noContent();
  }),
  route('DELETE', '/faults/:id', 'Clear a fault', ({ params }, { faults }) => {
    faults.clear(params['id'] ?? '');
    return noContent();
  }),
  route('GET', '/people', 'Who waits to do what, and what TFE refused them', (_call, { people }) =>
    ok({ people: people.list() }),
  ),
  route('POST', '/people', 'Let another person act on a run or a workspace', ({ body }, { people }) =>
    created(people.add(read(body, PersonRequest))),
  ),
  route('DELETE', '/people', 'Forget who waits', (_call, { people }) => {
    people.clear();
    return noContent();
  }),
  route('GET', '/holds', 'Where runs are held', (_call, { holds }) => ok({ holds: holds.list() })),
  route('POST', '/holds', 'Hold runs in a status', ({ body }, { holds }) => created(holds.add(read(body, Hold)))),
  route('DELETE', '/holds', 'Let all runs go on', (_call, { holds }) => {
    holds.release();
    return noContent();
  }),
  route('DELETE', '/holds/:id', 'Let the held runs go on', ({ params }, { holds }) => {
    holds.release(params['id'] ?? '');
    return noContent();
  }),
  route('PUT', '/capacity', 'How many terraform processes may run; 0 stops the engine', ({ body }, { engine }) => {
    engine.capacity.resize(read(body, Capacity).concurrency);
    return ok(engine.capacity.state());
  }),
  route('PUT', '/workspaces/:workspace_id/script', 'Set outcomes for a workspace', ({ params, body }, deps) => {
    const id = params['workspace_id'] ?? '';
    if (!deps.store.workspaces.get(id)) throw notFound();
    deps.scripts.set(id, read(body, Script));
    return noContent();
  }),
  route(
    'DELETE',
    '/workspaces/:workspace_id/script',
    'Clear the outcomes of a workspace',
    ({ params }, { scripts }) => {
      scripts.clear(params['workspace_id'] ?? '');
      return noContent();
    },
  ),
  route('PUT', '/processing', 'Show outputs and resources of a new state only after so many ms', ({ body }, deps) => {
    deps.processing.delay(read(body, Delay).ms);
    return noContent();
  }),
  route('POST', '/outage', 'Refuse all connections for so many ms, from after this answer', ({ body }, deps) => {
    const { ms } = read(body, Outage);
    deps.journal.note({ kind: 'outage', detail: { ms } });
    setImmediate(() => void deps.listener.outage(ms).catch(deps.onError));
    return { status: 202 };
  }),
  route('POST', '/certificate/replace', 'With TLS: a new certificate of the same CA', (_call, { listener }) => {
    listener.replaceCertificate();
    return noContent();
  }),
  route('POST', '/tokens', 'Make a token valid for a user with an access', ({ body }, { store }) => {
    const { token, username, access } = read(body, Token);
    return created({ user: grantToken(store, token, { username, access }), access });
  }),
  route('POST', '/tokens/revoke', 'Make a token invalid', ({ body }, { store }) => {
    store.tokens.delete(hashToken(read(body, Revoked).token));
    return noContent();
  }),
];
