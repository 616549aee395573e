import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { RunwrightClient } from '@runwright/client';
import type { Timing } from '@runwright/client/contract';
import { startLocalTfe, type LocalTfe } from '../../packages/local-tfe/src/server.ts';
import type { Child } from '../../src/stack/child-process.ts';
import { connectionSettings, startWorkerProcess, type Connections } from '../../src/stack/runwright-processes.ts';
import { openStack } from '../../src/stack/stack.ts';
import { openLedger, type RequestLedger, type StartedRequest } from './request-ledger.ts';
import { uniqueName } from './temporal.ts';

const WORKER = fileURLToPath(new URL('./fault-worker.ts', import.meta.url));
const HTTP_TIMEOUT_MS = 2_000;

/** A local TFE of its own, and workers as processes that can be killed, stopped and started. */
export interface FaultLane extends RequestLedger {
  readonly tfe: LocalTfe;
  readonly client: RunwrightClient;
  readonly temporal: Client;
  readonly installation: string;
  readonly archiveDirectory: string;
  /** Workers that run now, the oldest first. */
  workers(): readonly Child[];
  /**
   * Default: of this checkout, with short HTTP timeouts. `as-installed` is `runwright worker`, which bundles its
   * workflows itself. `dies`: kills itself when it is about to send a request on that route, or has its whole answer.
   */
  startWorker(which?: WorkerVersion | 'as-installed' | DyingWorker): Promise<Child>;
  /** `kill -9` of every worker that runs; resolves when they are gone. */
  killWorkers(): Promise<void>;
  /** The names of the secrets (I4) that are found in the history of the request or in a worker's log. */
  leaksOf(started: StartedRequest): Promise<string[]>;
  close(): Promise<void>;
}

export interface LaneOptions {
  readonly temporalAddress: string;
  readonly workflowBundle: string;
  /** Default: a new one, in memory. It is closed with the lane. */
  readonly tfe?: LocalTfe;
  /** Where workers and callers reach TFE, when something stands in front of it. */
  readonly tfeReachedAt?: string;
  /** Default `new`: the lane opens with a worker. */
  readonly firstWorker?: 'new' | 'none';
  /** Temporal is put back to an older copy of its database: what it does not know any more is no breach. */
  readonly isForgetful?: boolean;
  /** Default: short ones, see `FAULT_TIMES`. */
  readonly timing?: Partial<Timing>;
  /** PEM file with the certificates that workers trust besides the machine's own. */
  readonly caFile?: string;
}

export interface DyingWorker {
  readonly dies: 'before sending' | 'before reporting';
  /** The route, as faults name it. */
  readonly at: string;
}

/** Another version of the whole worker than that of this checkout. */
export interface WorkerVersion {
  /** Its fault-worker.ts. */
  readonly program: string;
  readonly workflowBundle: string;
}

/** Opens a lane on a Temporal server, with one worker. */
export async function openLane({
  temporalAddress,
  workflowBundle,
  tfe: given,
  ...options
}: LaneOptions): Promise<FaultLane> {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-lane-'));
  const archiveDirectory = join(directory, 'archives');
  const tfe = given ?? (await startLocalTfe({ engine: 'simulated', rateLimit: 0, listRateLimitPerMinute: 0 }));
  const stack = openStack({ directory, environment: process.env });
  const installation = uniqueName('lane');
  const connection = await Connection.connect({ address: temporalAddress });
  const temporal = new Client({ connection });
  const tfeAddress = options.tfeReachedAt ?? tfe.address;
  const client = RunwrightClient.fromTemporalClient(temporal, { tfeAddress, installation });
  const connections: Connections = {
    temporal: { address: temporalAddress, namespace: 'default' },
    tfe: { address: tfeAddress, token: tfe.token, caFile: options.caFile },
    archiveDirectory,
    installation,
  };
  let workers: Child[] = [];

  const startWorker: FaultLane['startWorker'] = async (which = { program: WORKER, workflowBundle }) => {
    const version = typeof which === 'object' && 'program' in which ? which : { program: WORKER, workflowBundle };
    const dying = typeof which === 'object' && 'dies' in which ? which : undefined;
    const child =
      which === 'as-installed'
        ? (await startWorkerProcess(stack, { ...connections, env: { RUNWRIGHT_TEST_TIMES: 'allow' } })).child
        : await stack.start({
            name: 'worker',
            command: process.execPath,
            args: ['--disable-warning=ExperimentalWarning', version.program],
            env: {
              ...connectionSettings(connections),
              RUNWRIGHT_TEST_WORKFLOW_BUNDLE: version.workflowBundle,
              RUNWRIGHT_TEST_HTTP_TIMEOUT_MS: `${HTTP_TIMEOUT_MS}`,
              ...(dying && { RUNWRIGHT_TEST_DIES: JSON.stringify(dying) }),
            },
            ready: { kind: 'line' },
            readyWithinMs: 60_000,
          });
    workers.push(child);
    void child.exited.then(() => (workers = workers.filter((one) => one !== child)));
    return child;
  };

  const killWorkers = async (): Promise<void> => {
    const killed = workers;
    for (const worker of killed) worker.signal('SIGKILL');
    await Promise.all(killed.map(({ exited }) => exited));
  };

  const leaksOf: FaultLane['leaksOf'] = async ({ workflowId }) => {
    const history = await temporal.workflow.getHandle(workflowId).fetchHistory();
    const raw = Buffer.from(proto.api.history.v1.History.encode(history).finish());
    const log = readFileSync(join(directory, 'logs', 'worker.log'));
    const secrets = { token: tfe.token, 'signed URL': '/_archivist/v1/' };
    return Object.entries(secrets).flatMap(([name, secret]) => [
      ...(raw.includes(secret) ? [`${name} in the history`] : []),
      ...(log.includes(secret) ? [`${name} in the log`] : []),
    ]);
  };

  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop({ graceMs: 5_000 })));
    await stack.stop();
    await connection.close();
    await tfe.close();
    rmSync(directory, { recursive: true, force: true });
  };

  if (options.firstWorker !== 'none') await startWorker();
  const { isForgetful = false, timing } = options;
  const ledger = openLedger({ tfe, client, temporal, archiveDirectory, isForgetful, ...(timing && { timing }) });
  const places = { installation, archiveDirectory };
  return {
    tfe,
    client,
    temporal,
    ...places,
    workers: () => workers,
    startWorker,
    killWorkers,
    leaksOf,
    close,
    ...ledger,
  };
}
