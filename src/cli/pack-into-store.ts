import { ArchiveError, createFolderStore } from '../archive/index.ts';
import type { ArchiveErrorKind } from '../archive/index.ts';
import type { ArchiveRef } from '../contract/run-request.ts';
import type { ExitName } from './exit-codes.ts';
import { ExitError } from './exit-error.ts';

const EXIT_OF_ARCHIVE_ERROR: Record<ArchiveErrorKind, ExitName> = {
  'missing-directory': 'usage',
  'not-a-directory': 'usage',
  'empty-directory': 'usage',
  'no-terraform-files': 'usage',
  'link-leaves-root': 'usage',
  'too-large': 'usage',
  unreadable: 'usage',
  'store-failed': 'usage',
  'disk-full': 'failed',
  'missing-archive': 'failed',
  'damaged-archive': 'failed',
};

/** Packs the directory into the folder that workers read archives from. Rejects with ExitError. */
export async function packIntoStore(directory: string, archivesDirectory: string): Promise<ArchiveRef> {
  try {
    return await createFolderStore(archivesDirectory).put(directory);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new ExitError(EXIT_OF_ARCHIVE_ERROR[error.kind], error.message);
  }
}
