import { ok } from '../http/answer.ts';
import type { Route } from '../http/route.ts';

export const healthRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/_health',
    summary: 'Whether the server works, and on which engine',
    door: 'open',
    handle: (_call, services) =>
      ok({ status: 'ok', engine: services.executor.name, capacity: services.engine.capacity.state() }),
  },
];
