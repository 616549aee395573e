import type { Route } from '../http/route.ts';

/** What the terraform CLI asks a host for before anything else. */
export const discoveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/.well-known/terraform.json',
    summary: 'Where the services that the terraform CLI looks for are',
    door: 'open',
    handle: () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      raw: JSON.stringify({
        'state.v2': '/api/v2/',
        'tfe.v2': '/api/v2/',
        'tfe.v2.1': '/api/v2/',
        'tfe.v2.2': '/api/v2/',
      }),
    }),
  },
];
