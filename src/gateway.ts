import { setTimeout as pause } from 'node:timers/promises';
import { RunwrightClient, TemporalUnreachableError } from '@runwright/client';
import { connectTemporal, readNamespace, type TemporalAccess, tfeHostOf } from '@runwright/client/temporal';
import { attributesAreAccepted } from './temporal/required-attributes.ts';
import { startGateway } from './gateway/server.ts';
import { readGatewayConfig, type GatewayConfig } from './service/gateway-config.ts';
import { startHealthServer } from './service/health-server.ts';
import type { Logger } from './service/logger.ts';
import { runService, type Service, type ServiceOptions, type ServiceStreams } from './service/run-service.ts';
import type { ListenAddress } from './service/settings.ts';
import { untilStopSignal } from './service/stop-signal.ts';

// A gateway that tries once and gives up would stay dead while everything else looks healthy.
const CONNECT_AGAIN_MS = 1_000;

/** `gateway`: serves HTTP until SIGTERM or SIGINT. Exit codes: 0 stopped as asked, 1 it failed, 2 configuration. */
export const main = (
  { listen, ...options }: ServiceOptions & { readonly listen?: ListenAddress },
  streams: ServiceStreams,
): Promise<number> => {
  const readConfig = (env: ServiceStreams['env']): GatewayConfig => {
    const config = readGatewayConfig(env);
    return { ...config, gatewayAddress: listen ?? config.gatewayAddress };
  };
  const serve = serveOn(streams.env);
  return runService({ name: 'gateway', readConfig, secretsOf, serve }, options, streams);
};

const secretsOf = ({ gatewayToken, notificationToken, tfe }: GatewayConfig): string[] =>
  [gatewayToken, notificationToken, tfe?.token].flatMap((source) => (source ? [source().reveal()] : []));

const serveOn =
  (environment: ServiceStreams['env']) =>
  async (config: GatewayConfig, { logger, closers, ready }: Service): Promise<void> => {
    const stopped = untilStopSignal();
    const temporal = await connectWhenUp(environment, { logger, stopped, address: config.temporal.address });
    if (temporal === undefined) return;
    closers.push(() => temporal.close());
    const { tfeAddress, gatewayAddress, installation: named, temporalUi, gatewayToken: token } = config;
    const client = RunwrightClient.fromTemporalClient(temporal.client, {
      tfeAddress,
      ...(named !== undefined && { installation: named }),
      ...(temporalUi !== undefined && { temporalUi }),
    });
    const installation = await client.installation();
    const gateway = await startGateway({
      client,
      tfeAddress,
      token,
      notificationKey: config.notificationToken,
      listen: gatewayAddress,
      logger,
    });
    closers.push(() => gateway.close());
    const health = await startHealthServer({ listen: config.healthAddress, checks: checksOf(temporal) });
    closers.push(() => health.close());
    const { address } = gateway;
    ready({ address, health: health.address, installation });
    logger.info('gateway ready', { installation, address, health: health.address, tfeHost: tfeHostOf(tfeAddress) });
    warnOfSettings(config, logger);
    const signal = await stopped;
    health.drain();
    await gateway.close();
    logger.info('gateway stopped', { installation, signal });
  };

const checksOf = (temporal: TemporalAccess) => ({
  temporal: () => readNamespace(temporal),
  'search-attributes': async () => {
    if (!(await attributesAreAccepted(temporal))) throw new Error('missing: run `runwright setup`');
  },
});

function warnOfSettings({ unknownSettings, gatewayAddress, notificationToken }: GatewayConfig, logger: Logger): void {
  if (unknownSettings.length > 0) logger.warn('settings that nobody reads', { names: unknownSettings });
  if (notificationToken === undefined)
    logger.info('no notifications are taken: RUNWRIGHT_NOTIFICATION_TOKEN is not set');
  const { host } = gatewayAddress;
  if (!(host === 'localhost' || host === '::1' || host.startsWith('127.'))) {
    logger.warn('served beyond this machine without TLS: put a proxy with TLS before it', { host });
  }
}

interface Connecting {
  logger: Logger;
  stopped: Promise<unknown>;
  address: string;
}

/** Retries until Temporal answers; `undefined` if it is stopped before. */
async function connectWhenUp(
  environment: ServiceStreams['env'],
  { logger, stopped, address }: Connecting,
): Promise<TemporalAccess | undefined> {
  const stopping = new AbortController();
  void stopped.then(() => stopping.abort());
  for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
    try {
      return await connectTemporal({ environment });
    } catch (error) {
      if (!(error instanceof TemporalUnreachableError)) throw error;
      if (attempt === 1) logger.warn('Temporal does not answer yet, trying on', { address });
      await pause(CONNECT_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  return undefined;
}
