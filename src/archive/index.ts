export { ArchiveError } from './archive-error.ts';
export type { ArchiveErrorKind } from './archive-error.ts';
export { DEFAULT_MAX_BYTES } from './archive-store.ts';
export type { ArchiveInput, ArchiveStore, OpenArchive, PackedSoFar, PutOptions } from './archive-store.ts';
export { createFolderStore } from './folder-store.ts';
export { makeFolder } from './make-folder.ts';
