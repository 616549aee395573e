import { activityInfo, cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ArchiveRef, RunMode, Timing } from '@runwright/client/contract';
import type { SealedFor } from '../codec/seal.ts';
import { pollDelayMs } from '../domain/poll-delay.ts';
import { Secret } from '../tfe/http/secret.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { lookAgain, toFailure } from './to-failure.ts';
import { firstLookAfterMs } from './watch-run.ts';
import { withHeartbeat } from './with-heartbeat.ts';

export interface CreatedConfigurationVersion {
  id: string;
  /** The upload URL is a 25-hour capability: it crosses history only sealed (decision D7). */
  sealedUploadUrl: string;
}

export interface UploadInput extends CreatedConfigurationVersion {
  archive: ArchiveRef;
  timing: Timing;
}

export type UploadAnswer = { kind: 'uploaded' } | { kind: 'url-dead'; why: string };

/** What one attempt of the upload passes to the next, in the heartbeat details. */
interface UploadProgress {
  /** `received`: TFE answered 2xx. `doubtful`: sent, the answer was lost. `not-arrived`: looked up, it did not arrive. */
  put: 'received' | 'doubtful' | 'not-arrived';
  sinceMs: number;
  /** How many attempts ran on workers without the key of the seal. */
  unopened?: number;
}

// Some seconds. With two workers, the chance that the one with the key is never asked is one in a thousand.
const MOST_UNOPENED = 10;

const uploadUrlOfCaller = (): SealedFor => ({
  purpose: 'upload-url',
  workflowId: activityInfo().workflowExecution?.workflowId ?? '',
});

export const createConfigurationActivities = (deps: ActivityDeps) => ({
  /**
   * POST configuration-versions. Provisional: it becomes the workspace's current configuration only when the request is
   * applied. auto-queue-runs is off, because we create the run ourselves, with a marker.
   */
  async createConfigurationVersion(input: {
    workspaceId: string;
    mode: RunMode;
  }): Promise<CreatedConfigurationVersion> {
    try {
      const created = await withHeartbeat((signal) =>
        deps.tfe.configurationVersions.create(
          {
            workspaceId: input.workspaceId,
            autoQueueRuns: false,
            provisional: true,
            speculative: input.mode === 'plan-only',
          },
          { signal },
        ),
      );
      return { id: created.id, sealedUploadUrl: deps.sealer.seal(created.uploadUrl.reveal(), uploadUrlOfCaller()) };
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },

  /**
   * Uploads and waits until TFE has processed the archive. An attempt transfers at most once and looks at most once. A
   * PUT in doubt is looked up first, and repeated only while the configuration version is still pending.
   */
  async uploadConfiguration(input: UploadInput): Promise<UploadAnswer> {
    const { attempt, heartbeatDetails } = activityInfo();
    const progress = heartbeatDetails as UploadProgress | undefined;
    // A first attempt has nothing to look up. Without details, a later one cannot know what the killed one did.
    if (attempt === 1 || progress?.put === 'not-arrived') return putArchive(deps, input, progress?.unopened);
    return lookAtUpload(deps, input, progress ?? { put: 'doubtful', sinceMs: Date.now() });
  },
});

async function putArchive(deps: ActivityDeps, input: UploadInput, unopened = 0): Promise<UploadAnswer> {
  const { tfe, archives, sealer } = deps;
  const opened = sealer.open(input.sealedUploadUrl, uploadUrlOfCaller());
  if (opened.kind === 'not-ours') return { kind: 'url-dead', why: 'its upload URL was not sealed for this request' };
  if (opened.kind === 'unknown-key') return leaveToAnother(input, unopened + 1);
  const archive = await archives.open(input.archive).catch((error: unknown) => {
    throw archiveUnavailable(input.archive, error);
  });
  const doubtful: UploadProgress = { put: 'doubtful', sinceMs: Date.now() };
  try {
    heartbeat(doubtful);
    await withHeartbeat(
      (signal) => tfe.configurationVersions.upload(new Secret(opened.plain), archive, { signal }),
      () => doubtful,
    );
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(input.archive, error);
    if (isDeadUrl(error)) return { kind: 'url-dead', why: `TFE refuses its upload URL (${error.kind})` };
    throw toFailure(error, 'with-a-run');
  }
  // Storage is not the API: it has no rate limit, so an attempt may transfer and then look, once (docs/adr/0006).
  await sleep(firstLookAfterMs(input.timing) / 2); // unpacking takes a moment
  return lookAtUpload(deps, input, { put: 'received', sinceMs: Date.now() });
}

/** While the token is being rotated, another worker has the key, so it gets some attempts. Nothing was sent. */
function leaveToAnother({ timing }: UploadInput, unopened: number): UploadAnswer {
  if (unopened >= MOST_UNOPENED) {
    return { kind: 'url-dead', why: 'its upload URL is sealed with the key of a token that no worker has any more' };
  }
  heartbeat({ put: 'not-arrived', sinceMs: Date.now(), unopened } satisfies UploadProgress);
  throw lookAgain('another worker has the key of the upload URL: the token is being rotated', timing.pollMinMs);
}

async function lookAtUpload(deps: ActivityDeps, input: UploadInput, progress: UploadProgress): Promise<UploadAnswer> {
  const version = await deps.tfe.configurationVersions
    .read(input.id, { signal: cancellationSignal() })
    .catch((error: unknown) => {
      heartbeat(progress);
      throw toFailure(error, 'with-a-run');
    });
  switch (version.status) {
    case 'uploaded':
      return { kind: 'uploaded' };
    case 'errored':
      throw ApplicationFailure.nonRetryable(
        `TFE refused the configuration: ${version.errorMessage ?? version.error ?? 'it gives no reason'}`,
        'configuration-unusable',
      );
    case 'pending':
      if (progress.put === 'received') break;
      heartbeat({ ...progress, put: 'not-arrived' } satisfies UploadProgress);
      throw lookAgain('the upload did not arrive: sending it again', 1);
  }
  heartbeat(progress);
  const wait = { startedAtMs: progress.sinceMs, pace: 'working' } as const;
  throw lookAgain(`uploaded, TFE shows it as ${version.status}`, pollDelayMs(wait, Date.now(), input.timing));
}

// Archivist answers like this once its URL has expired.
const isDeadUrl = (error: unknown): error is TfeError =>
  error instanceof TfeError && ['unauthorized', 'forbidden', 'not-found', 'invalid', 'conflict'].includes(error.kind);

// 422: OTF's own answer above its limit; TFE's archivist never validates the archive at once.
const isTooLarge = (error: unknown): error is TfeError =>
  error instanceof TfeError && (error.kind === 'too-large' || error.facts.status === 422);

const tooLarge = ({ bytes }: ArchiveRef, error: TfeError): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `TFE does not take a packed configuration of ${bytes} bytes (${error.message}): leave files out with .terraformignore, or raise the limit of TFE or of the proxy before it`,
    'configuration-unusable',
  );

function archiveUnavailable(archive: ArchiveRef, error: unknown): ApplicationFailure {
  const why = error instanceof Error ? error.message : 'unknown';
  return ApplicationFailure.nonRetryable(
    `the packed configuration ${archive.sha256.slice(0, 12)}… cannot be read by this worker (${why}): worker and caller must share RUNWRIGHT_ARCHIVE_DIR`,
    'archive-unavailable',
  );
}
