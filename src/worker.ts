import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { activityInfo } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import type { RunActivities } from './activities/index.ts';
import { createFolderStore } from './archive/index.ts';
import { installationIdOf, readNamespace, tfeHostOf } from './client/installation.ts';
import { attributesAreAccepted } from './client/required-attributes.ts';
import { createRequestShare } from './client/request-share.ts';
import { TemporalAccess } from './client/temporal-access.ts';
import { SHORT_TIMES_SIGN, taskQueueOf } from './contract/names.ts';
import { createWorkers, wireActivities } from './hosting.ts';
import { withClosers, type Closers } from './service/closers.ts';
import { ConfigError, processEnvironment, readServiceConfig, type ServiceConfig } from './service/config.ts';
import { startHealthServer } from './service/health-server.ts';
import { listenFault } from './service/listen-fault.ts';
import { createLogger, type Logger } from './service/logger.ts';
import { formatFor } from './service/people-lines.ts';
import { isReadOnTheWay, READ_ON_THE_WAY } from './service/plain-http.ts';
import { printReady } from './service/ready-line.ts';
import { bridgeSdkLogs } from './service/sdk-logs.ts';
import { createTfeClient } from './tfe/client.ts';

const SHORT_TIMES_WARNING = `${SHORT_TIMES_SIGN}: requests may have times below what safety rests on, FOR TESTS ONLY`;

interface Streams {
  out: { write(text: string): unknown };
  err: { write(text: string): unknown; isTTY?: boolean | undefined };
  env: Record<string, string | undefined>;
}

const HELP = `runwright worker [--json]

Hosts the workflows and activities until SIGTERM or Ctrl-C.

  --json  the ready line as JSON

Example: runwright worker
`;

// A worker that tries once and gives up stays dead while everything else looks healthy.
const CONNECT_AGAIN_MS = 1_000;

// The SDK waits for a Temporal that went away meanwhile, and cannot be interrupted. Before the workers run nothing was taken
// on, so nothing is lost.
const START_UP_ENDS_WITHIN_MS = 5_000;

/** `worker`: hosts workflows and activities until SIGTERM. Exit codes: 0 stopped as asked, 1 it failed, 2 usage or configuration. */
export async function main(argv: readonly string[], { out, err, env }: Streams): Promise<number> {
  let flags: Flags;
  try {
    flags = readFlags(argv);
  } catch (error) {
    err.write(`runwright: ${(error as Error).message}; "runwright worker --help" shows the options\n`);
    return 2;
  }
  if (flags.help) {
    out.write(HELP);
    return 0;
  }
  let config: ServiceConfig;
  try {
    config = readServiceConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    err.write(`runwright: ${error.message}\n`);
    return 2;
  }
  const format = flags.json ? 'json' : 'text';
  const layout = formatFor({ err, env, format });
  const logger = createLogger({
    level: config.logLevel,
    name: 'worker',
    secrets: () => [config.tfe.token().reveal(), ...config.sealKeys()],
    layout,
  });
  if (isReadOnTheWay(config.tfe.address)) logger.warn(READ_ON_THE_WAY, { address: config.tfe.address });
  try {
    await withClosers((closers) => serve(config, { logger, closers, format, out }));
    return 0;
  } catch (error) {
    const fault = listenFault(error);
    if (fault !== undefined) {
      err.write(`runwright: ${fault}\n`);
      return 1;
    }
    logger.error('worker failed', { reason: error instanceof Error ? error.message : String(error) });
    return 1;
  }
}

interface Flags {
  json: boolean;
  help: boolean;
}

/** Throws where there is another one: a misspelled flag would be a worker that does something else than it was told. */
function readFlags(argv: readonly string[]): Flags {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ args: [...argv], options: { json: flag, help: flag } }).values;
}

interface Serving {
  logger: Logger;
  closers: Closers;
  format: 'json' | 'text';
  out: Streams['out'];
}

async function serve(config: ServiceConfig, { logger, closers, format, out }: Serving): Promise<void> {
  Runtime.install({ ...bridgeSdkLogs(logger, config.logLevel), workerHeartbeatInterval: null });
  const stop = noticeStop(logger);
  closers.push(() => stop.forget());
  const ours = await reachTemporal(config, { logger, closers, stop });
  if (ours === undefined) return;
  const { connection, namespace, temporal, installation } = ours;
  const activities = await makeActivities(config, ours, { logger, closers });
  const { allowsShortTimes } = config;
  const workers = await createWorkers({ connection, namespace, installation, activities, allowsShortTimes });
  const health = await startHealthServer({ listen: config.healthAddress, checks: checksOf(temporal, workers) });
  closers.push(() => health.close());
  stop.forget();
  const running = runAll(workers);
  if (stop.isRequested()) {
    // The SDK stops only workers that run: a signal that came while they were made is followed now.
    for (const worker of workers) worker.shutdown();
    return await running;
  }
  printReady(
    {
      ...(allowsShortTimes && { WARNING: SHORT_TIMES_WARNING }),
      health: health.address,
      installation,
      taskQueue: taskQueueOf(installation),
    },
    { name: 'worker', format, out },
  );
  if (allowsShortTimes) logger.warn(SHORT_TIMES_WARNING, { installation });
  const tfeHost = tfeHostOf(config.tfe.address);
  logger.info('worker ready', { installation, namespace, tfeHost, health: health.address });
  await running;
  logger.info('worker stopped', { installation });
}

/** Temporal as this worker uses it, and the installation that it works for. */
interface OwnTemporal {
  connection: NativeConnection;
  namespace: string;
  temporal: TemporalAccess;
  namespaceId: string;
  installation: string;
}

/** Undefined = stopped before Temporal answered. */
async function reachTemporal(
  config: ServiceConfig,
  { logger, closers, stop }: Pick<Serving, 'logger' | 'closers'> & { stop: StopNotice },
): Promise<OwnTemporal | undefined> {
  const connection = await connectWhenUp(config, logger, stop);
  if (connection === undefined) return undefined;
  closers.push(() => connection.close());
  const { namespace } = config.temporal;
  const temporal = new TemporalAccess(new Client({ connection, namespace }));
  const { id: namespaceId } = await readNamespace(temporal);
  const derived = installationIdOf({ namespaceId, tfeHost: tfeHostOf(config.tfe.address) });
  return { connection, namespace, temporal, namespaceId, installation: config.installation ?? derived };
}

/** The activities, on a client of TFE that lowers this installation's share of requests when TFE says it is too much. */
async function makeActivities(
  { tfe: { address, token: source, ca, proxy }, archiveDirectory, sealKeys, allowsShortTimes }: ServiceConfig,
  { temporal, namespaceId, installation }: OwnTemporal,
  { logger, closers }: Pick<Serving, 'logger' | 'closers'>,
): Promise<RunActivities> {
  const share = createRequestShare({
    temporal,
    taskQueue: taskQueueOf(installation),
    tell: (what, facts) => logger.warn(what, facts),
  });
  closers.push(() => share.close());
  await share.watch();
  const token = () => source().reveal();
  const onRateLimited = () => share.lower(activityInfo().taskQueue);
  const onLimit = (perSecond: number) => share.learn(perSecond);
  const tfe = createTfeClient({ address, token, ca, proxy: proxy(), onRateLimited, onLimit });
  closers.push(() => tfe.close());
  const archives = createFolderStore(archiveDirectory);
  return wireActivities({
    tfe,
    archives,
    token,
    sealKeys,
    temporal,
    installation,
    namespaceId,
    tfeAddress: address,
    allowsShortTimes,
  });
}

const checksOf = (temporal: TemporalAccess, workers: readonly Worker[]) => ({
  temporal: () => readNamespace(temporal),
  'search-attributes': async () => {
    if (!(await attributesAreAccepted(temporal))) throw new Error('missing: run `runwright setup`');
  },
  polling: async () => {
    const stopped = workers.find((worker) => worker.getState() !== 'RUNNING');
    if (stopped) throw new Error(`a worker is ${stopped.getState()}`);
  },
});

interface StopNotice {
  isRequested: () => boolean;
  /** From now on the SDK follows the signals, with a grace for what is under way. */
  forget: () => void;
}

/** Remembers a SIGTERM or SIGINT that arrives before the workers run, and bounds how long the start may go on after it. */
function noticeStop(logger: Logger): StopNotice {
  let isRequested = false;
  let limit: NodeJS.Timeout | undefined;
  const exit = (): void => {
    logger.warn('worker stopped before it was ready: Temporal does not answer');
    process.exit(0);
  };
  const notice = (): void => {
    isRequested = true;
    limit ??= setTimeout(exit, START_UP_ENDS_WITHIN_MS);
  };
  process.on('SIGTERM', notice).on('SIGINT', notice);
  const forget = (): void => {
    clearTimeout(limit);
    process.off('SIGTERM', notice).off('SIGINT', notice);
  };
  return { isRequested: () => isRequested, forget };
}

/** Loops until Temporal answers: by the SDK's design the first connection is tried once. Undefined = stopped meanwhile. */
async function connectWhenUp(
  config: ServiceConfig,
  logger: Logger,
  stop: StopNotice,
): Promise<NativeConnection | undefined> {
  let isTold = false;
  while (!stop.isRequested()) {
    try {
      return await NativeConnection.connect(
        config.temporal.connection as Parameters<typeof NativeConnection.connect>[0],
      );
    } catch {
      if (!isTold) logger.warn('Temporal does not answer yet, trying on', { address: config.temporal.address });
      isTold = true;
      await pause(CONNECT_AGAIN_MS);
    }
  }
  return undefined;
}

/** Runs until a signal stops them; when one fails, the others are stopped too, so that nothing half works unnoticed. */
async function runAll(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map(async (worker) => {
    try {
      await worker.run();
    } finally {
      for (const other of workers) if (other.getState() === 'RUNNING') other.shutdown();
    }
  });
  const ended = await Promise.allSettled(runs);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    env: processEnvironment(),
  });
}
