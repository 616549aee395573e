import { activityInfo } from '@temporalio/activity';
import { createFolderStore } from '@runwright/client/archive';
import { taskQueueOf } from '@runwright/client/contract';
import { restoredAtMs, type TemporalAccess } from '@runwright/client/temporal';
import type { ActivityDeps } from '../activities/activity-deps.ts';
import { createActivities, type RunActivities } from '../activities/index.ts';
import { attemptStateOf } from '../temporal/attempt-state.ts';
import { findPauseIn } from '../temporal/find-pause.ts';
import { wasMadeBy } from '../temporal/made-by.ts';
import { livenessOf } from '../temporal/request-liveness.ts';
import { createRequestShare } from '../temporal/request-share.ts';
import { createKeyRing } from '../codec/key-ring.ts';
import { createSealer } from '../codec/seal.ts';
import { createSigner } from '../codec/sign.ts';
import type { ServiceConfig } from '../service/config.ts';
import type { Service } from '../service/run-service.ts';
import { createTfeClient } from '../tfe/client.ts';
import type { OwnTemporal } from './reach-temporal.ts';

/** What the activities depend on. `token` is read at each use, because it may be rotated. */
export interface Wiring extends Pick<
  ActivityDeps,
  'tfe' | 'archives' | 'installation' | 'namespaceId' | 'tfeAddress' | 'allowsShortTimes'
> {
  token: () => string;
  /** `RUNWRIGHT_SEAL_KEY`. */
  sealKeys?: () => readonly string[];
  temporal: TemporalAccess;
}

/** The activities, with functions for what they may ask Temporal. */
export const wireActivities = ({ token, sealKeys, temporal, ...deps }: Wiring): RunActivities => {
  const { installation } = deps;
  const keys = createKeyRing({ token, ...(sealKeys && { sealKeys }) });
  return createActivities({
    ...deps,
    sealer: createSealer({ keys, installation }),
    signer: createSigner({ keys, installation }),
    liveness: (workflowId) => livenessOf(workflowId, temporal),
    wasMadeBy: (execution, made) => wasMadeBy(execution, made, { temporal, installation }),
    restoredAtMs: () => restoredAtMs({ temporal, installation }),
    attemptState: (taskToken) => attemptStateOf(taskToken, temporal),
    findPause: (where) => findPauseIn(where, { temporal, installation }),
  });
};

/** The activities with a TFE client that lowers this installation's share of requests when TFE answers 429. */
export async function makeActivities(
  { tfe: { address, token: source, ca, proxy }, archiveDirectory, sealKeys, allowsShortTimes }: ServiceConfig,
  { temporal, namespaceId, installation }: OwnTemporal,
  { logger, closers }: Pick<Service, 'logger' | 'closers'>,
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
