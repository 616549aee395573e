import { ok } from '../http/answer.ts';
import type { Executor } from '../engine/executor.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import type { Route } from '../http/route.ts';

export interface HealthRouteDeps {
  executor: Executor;
  engine: RunEngine;
}

export const healthRoutes: readonly Route<HealthRouteDeps>[] = [
  {
    method: 'GET',
    path: '/_health',
    summary: 'Whether the server works, and on which engine',
    door: 'open',
    handle: (_call, deps) => ok({ status: 'ok', engine: deps.executor.name, capacity: deps.engine.capacity.state() }),
  },
];
