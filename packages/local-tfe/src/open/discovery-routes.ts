import type { Route } from '../http/route.ts';

/**
 * What clients ask a host for before anything else. A registry is named because TFE names one, and clients look it up
 * unconditionally (terrasnek 0.1.14); whatever is asked of it is 404.
 */
export const discoveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/.well-known/terraform.json',
    summary: 'Where the services that clients look for are',
    door: 'open',
    handle: () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      raw: JSON.stringify({
        'modules.v1': '/api/registry/v1/modules/',
        'providers.v1': '/api/registry/v1/providers/',
        'state.v2': '/api/v2/',
        'tfe.v2': '/api/v2/',
        'tfe.v2.1': '/api/v2/',
        'tfe.v2.2': '/api/v2/',
      }),
    }),
  },
];
