import { Runtime } from '@temporalio/worker';
import { SHORT_TIMES_SIGN, taskQueueOf } from '@runwright/client/contract';
import { tfeHostOf } from '@runwright/client/temporal';
import { readServiceConfig, type ServiceConfig } from './service/config.ts';
import { startHealthServer } from './service/health-server.ts';
import { isReadOnTheWay, READ_ON_THE_WAY } from './service/plain-http.ts';
import {
  processStreams,
  runService,
  type Service,
  type ServiceOptions,
  type ServiceStreams,
} from './service/run-service.ts';
import { bridgeSdkLogs } from './service/sdk-logs.ts';
import { createWorkers } from './worker/hosting.ts';
import { reachTemporal } from './worker/reach-temporal.ts';
import { readinessOf } from './worker/readiness.ts';
import { runAll } from './worker/run-all.ts';
import { noticeStop } from './worker/stop-notice.ts';
import { makeActivities } from './worker/wiring.ts';

const SHORT_TIMES_WARNING = `${SHORT_TIMES_SIGN}: requests may have times below what safety rests on, FOR TESTS ONLY`;

/** `worker`: hosts workflows and activities until SIGTERM. Exit codes: 0 stopped as asked, 1 it failed, 2 configuration. */
export const main = (options: ServiceOptions, streams: ServiceStreams): Promise<number> =>
  runService({ name: 'worker', readConfig: readServiceConfig, secretsOf, serve }, options, streams);

const secretsOf = ({ tfe, sealKeys }: ServiceConfig): string[] => [tfe.token().reveal(), ...sealKeys()];

async function serve(config: ServiceConfig, { logger, closers, ready }: Service): Promise<void> {
  const { allowsShortTimes, logLevel, tfe, healthAddress } = config;
  if (isReadOnTheWay(tfe.address)) logger.warn(READ_ON_THE_WAY, { address: tfe.address });
  Runtime.install({ ...bridgeSdkLogs(logger, logLevel), workerHeartbeatInterval: null });
  const stop = noticeStop(logger);
  closers.push(() => stop.forget());
  const ours = await reachTemporal(config, { logger, closers, stop });
  if (ours === undefined) return;
  const { connection, namespace, temporal, installation } = ours;
  const activities = await makeActivities(config, ours, { logger, closers });
  const workers = await createWorkers({ connection, namespace, installation, activities, allowsShortTimes });
  const health = await startHealthServer({ listen: healthAddress, checks: readinessOf(temporal, workers) });
  closers.push(() => health.close());
  const stopped = runAll(workers, stop);
  if (!stop.isRequested()) {
    const taskQueue = taskQueueOf(installation);
    ready({
      ...(allowsShortTimes && { WARNING: SHORT_TIMES_WARNING }),
      health: health.address,
      installation,
      taskQueue,
    });
    if (allowsShortTimes) logger.warn(SHORT_TIMES_WARNING, { installation });
    logger.info('worker ready', { installation, namespace, tfeHost: tfeHostOf(tfe.address), health: health.address });
  }
  await stopped;
  logger.info('worker stopped', { installation });
}

if (import.meta.main) process.exitCode = await main({ json: process.argv.includes('--json') }, processStreams());
