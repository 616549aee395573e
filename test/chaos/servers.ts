import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { REQUIRED_ATTRIBUTES } from '../../src/temporal/required-attributes.ts';
import { freeLoopbackPort } from '../../src/stack/loopback-ports.ts';
import {
  startLocalTfeProcess,
  startWorkerProcess,
  type Connections,
  type LocalTfeProcess,
  type ServiceProcess,
} from '../../src/stack/runwright-processes.ts';
import { openStack } from '../../src/stack/stack.ts';
import { findTemporal } from '../../src/stack/temporal/temporal-program.ts';
import { startTemporal, type SearchAttributeType } from '../../src/stack/temporal/temporal-server.ts';
import { FORGETS_SOON } from '../support/forget-workflow.ts';

/** Temporal, a TFE and workers as processes on disk: each may be killed at any time, and comes back as it was. */
export interface ChaosServers {
  readonly connections: Connections;
  /** Where the processes write. */
  readonly logs: string;
  /** `kill -9` and a new process on the same files; resolves when it is ready. */
  crash(what: 'worker' | 'Temporal' | 'TFE'): Promise<void>;
  stop(): Promise<void>;
}

export async function startChaosServers(directory: string, report: (line: string) => void): Promise<ChaosServers> {
  const stack = openStack({ directory, environment: process.env });
  const token = randomBytes(24).toString('base64url');
  const port = await freeLoopbackPort();
  const program = await findTemporal(process.env, report);
  const temporal = await startTemporal(stack, {
    program: program.path,
    database: { kind: 'file', path: join(directory, 'temporal.sqlite') },
    ui: 'headless',
    dynamicConfig: FORGETS_SOON,
    searchAttributes: Object.fromEntries(
      REQUIRED_ATTRIBUTES.map(({ name, type }) => [name, type as SearchAttributeType]),
    ),
  });
  const startTfe = (): Promise<LocalTfeProcess> =>
    startLocalTfeProcess(stack, {
      port,
      token,
      dataDirectory: join(directory, 'local-tfe'),
      flags: ['--engine', 'simulated'],
    });
  let tfe = await startTfe();
  const connections: Connections = {
    temporal: { address: temporal.address, namespace: temporal.namespace },
    tfe: { address: tfe.address, token },
    archiveDirectory: join(directory, 'archives'),
    installation: 'chaos',
    // Chaos in minutes: the same code with shorter times.
    env: { RUNWRIGHT_LOG_LEVEL: 'warn', RUNWRIGHT_TEST_TIMES: 'allow' },
  };
  let worker: ServiceProcess = await startWorkerProcess(stack, connections);
  return {
    connections,
    logs: join(directory, 'logs'),
    crash: async (what) => {
      switch (what) {
        case 'worker':
          worker.child.signal('SIGKILL');
          await worker.child.exited;
          worker = await startWorkerProcess(stack, connections);
          return;
        case 'TFE':
          tfe.child.signal('SIGKILL');
          await tfe.child.exited;
          tfe = await startTfe();
          return;
        case 'Temporal':
          await temporal.kill();
          await temporal.restart();
      }
    },
    stop: () => stack.stop(),
  };
}
