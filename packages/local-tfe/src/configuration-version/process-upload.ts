import type { CreateRunDeps } from '../run/create-run.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Settings } from '../settings.ts';
import { ArchiveError } from './archive-entries.ts';
import { createRun, plainRun } from '../run/create-run.ts';
import { SCRIPT_FILE, scriptsIn } from '../engine/script.ts';
import { inspectArchive } from './unpack.ts';

export interface ProcessUploadDeps extends CreateRunDeps {
  store: Store;
  blobs: Blobs;
  settings: Settings;
  timestamp: () => string;
}

/** Looks at an archive that was received: the version becomes usable, or errored with the reason. */
export async function processUpload(deps: ProcessUploadDeps, versionId: string): Promise<void> {
  const { store } = deps;
  let refusal: string | null = null;
  const files = new Map<string, string>();
  try {
    await inspectArchive(deps.blobs.path('archive', versionId), deps.settings, { name: SCRIPT_FILE, files });
  } catch (error) {
    refusal = error instanceof ArchiveError ? error.message : 'the archive cannot be processed';
  }
  const version = store.configurationVersions.get(versionId);
  if (!version || version.status !== 'pending') return;
  const at = deps.timestamp();
  store.transaction(() => {
    store.configurationVersions.update(versionId, {
      status: refusal === null ? 'uploaded' : 'errored',
      error: refusal === null ? null : 'invalid_archive',
      errorMessage: refusal,
      ...(refusal === null && { scripts: scriptsIn(files) }),
      statusTimestamps: { [refusal === null ? 'finished-at' : 'errored-at']: at },
    });
    if (refusal !== null || version.speculative || version.provisional) return;
    store.workspaces.update(version.workspaceId, { currentConfigurationVersionId: versionId });
  });
  const uploaded = store.configurationVersions.require(versionId);
  if (refusal === null && version.autoQueueRuns) {
    const workspace = store.workspaces.require(version.workspaceId);
    createRun(
      deps,
      { workspace, version: uploaded },
      {
        ...plainRun(workspace, version),
        createdBy: version.createdBy,
        message: 'Triggered via configuration version upload',
        source: 'tfe-configuration-version',
      },
    );
  }
}
