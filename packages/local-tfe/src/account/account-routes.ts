import type { Store } from '../store/store.ts';
import { ok, noContent } from '../http/answer.ts';
import type { Route } from '../http/route.ts';
import { presentUser } from '../organization/organization-document.ts';
import { notFound } from '../http/answer.ts';

export interface AccountRouteDeps {
  store: Store;
}

export const accountRoutes: readonly Route<AccountRouteDeps>[] = [
  {
    method: 'GET',
    path: '/ping',
    summary: 'Headers that name the server and its API version',
    door: 'api',
    handle: () => noContent(),
  },
  {
    method: 'GET',
    path: '/account/details',
    summary: 'Show the user of the token',
    door: 'api',
    handle: (call) => ok({ data: presentUser(call.caller.user) }),
  },
  {
    method: 'GET',
    path: '/users/:user_id',
    summary: 'Show a user',
    door: 'api',
    handle(call, deps) {
      const user = deps.store.users.get(call.params['user_id'] ?? '');
      if (!user) throw notFound();
      return ok({ data: presentUser(user) });
    },
  },
];
