import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { installationIdOf, readNamespace, TemporalAccess, tfeHostOf } from '@runwright/client/temporal';
import type { ServiceConfig } from '../service/config.ts';
import type { Service } from '../service/run-service.ts';
import type { StopNotice } from './stop-notice.ts';

// A worker that tries once and gives up would stay dead while everything else looks healthy.
const CONNECT_AGAIN_MS = 1_000;

/** Temporal as this worker uses it, and the installation that it works for. */
export interface OwnTemporal {
  connection: NativeConnection;
  namespace: string;
  temporal: TemporalAccess;
  namespaceId: string;
  installation: string;
}

/** Waits until Temporal answers. Undefined if the worker was stopped before. */
export async function reachTemporal(
  config: ServiceConfig,
  { logger, closers, stop }: Pick<Service, 'logger' | 'closers'> & { stop: StopNotice },
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

/** The SDK tries the first connection only once, so we try again. */
async function connectWhenUp(
  { temporal: { connection, address } }: ServiceConfig,
  logger: Service['logger'],
  stop: StopNotice,
): Promise<NativeConnection | undefined> {
  let isTold = false;
  while (!stop.isRequested()) {
    try {
      return await NativeConnection.connect(connection as Parameters<typeof NativeConnection.connect>[0]);
    } catch {
      if (!isTold) logger.warn('Temporal does not answer yet, trying on', { address });
      isTold = true;
      await pause(CONNECT_AGAIN_MS);
    }
  }
  return undefined;
}
