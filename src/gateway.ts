import { setTimeout as pause } from 'node:timers/promises';
import { RunwrightClient, TemporalUnreachableError } from './client/index.ts';
import { readNamespace, tfeHostOf } from './client/installation.ts';
import { attributesAreAccepted } from './client/required-attributes.ts';
import { connectTemporal, type TemporalAccess } from './client/temporal-access.ts';
import { HELP, readCommandLine, UsageError, type CommandLine } from './gateway/command-line.ts';
import { startGateway } from './gateway/server.ts';
import { withClosers, type Closers } from './service/closers.ts';
import { ConfigError, processEnvironment } from './service/config.ts';
import { readGatewayConfig, type GatewayConfig } from './service/gateway-config.ts';
import { startHealthServer } from './service/health-server.ts';
import { listenFault } from './service/listen-fault.ts';
import { createLogger, type Logger } from './service/logger.ts';
import { formatFor } from './service/people-lines.ts';
import { printReady } from './service/ready-line.ts';
import { untilStopSignal } from './service/stop-signal.ts';

interface Streams {
  out: { write(text: string): unknown };
  err: { write(text: string): unknown; isTTY?: boolean | undefined };
  env: Record<string, string | undefined>;
}

// A gateway that tries once and gives up stays dead while everything else looks healthy.
const CONNECT_AGAIN_MS = 1_000;

/** `gateway`: serves HTTP until SIGTERM or SIGINT. Exit codes: 0 stopped as asked, 1 it failed, 2 usage or configuration. */
export async function main(argv: readonly string[], { out, err, env }: Streams): Promise<number> {
  let command: CommandLine;
  let config: GatewayConfig;
  try {
    command = readCommandLine(argv);
    if (command.kind === 'help') {
      out.write(HELP);
      return 0;
    }
    config = readGatewayConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof UsageError)) throw error;
    const more = error instanceof UsageError ? '; "runwright gateway --help" shows the options' : '';
    err.write(`runwright: ${error.message}${more}\n`);
    return 2;
  }
  const { format, listen = config.gatewayAddress } = command;
  const layout = formatFor({ err, env, format });
  const logger = createLogger({ level: config.logLevel, name: 'gateway', secrets: () => secretsOf(config), layout });
  try {
    await withClosers((closers) =>
      serve({ ...config, gatewayAddress: listen }, { environment: env, logger, closers, format, out }),
    );
    return 0;
  } catch (error) {
    const fault = listenFault(error);
    if (fault !== undefined) {
      err.write(`runwright: ${fault}\n`);
      return 1;
    }
    logger.error('gateway failed', { reason: error instanceof Error ? error.message : String(error) });
    return 1;
  }
}

const secretsOf = ({ gatewayToken, notificationToken, tfe }: GatewayConfig): string[] =>
  [gatewayToken, notificationToken, tfe?.token].flatMap((source) => (source ? [source().reveal()] : []));

interface Serving {
  environment: Streams['env'];
  logger: Logger;
  closers: Closers;
  format: 'json' | 'text';
  out: Streams['out'];
}

async function serve(config: GatewayConfig, { environment, logger, closers, format, out }: Serving): Promise<void> {
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
  printReady({ address, health: health.address, installation }, { name: 'gateway', format, out });
  logger.info('gateway ready', { installation, address, health: health.address, tfeHost: tfeHostOf(tfeAddress) });
  warnOfSettings(config, logger);
  const signal = await stopped;
  health.drain();
  await gateway.close();
  logger.info('gateway stopped', { installation, signal });
}

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

/** Loops until Temporal answers; `undefined` when it is stopped before. */
async function connectWhenUp(
  environment: Streams['env'],
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

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    env: processEnvironment(),
  });
}
