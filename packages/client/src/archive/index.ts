export { ArchiveError } from './archive-error.ts';
export type { ArchiveErrorKind } from './archive-error.ts';
export type { ArchiveStore, PackedSoFar } from './archive-store.ts';
export { createFolderStore } from './folder-store.ts';
export { makeFolder } from './make-folder.ts';
