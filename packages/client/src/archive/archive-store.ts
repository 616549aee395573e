import type { Readable } from 'node:stream';
import type { ArchiveRef } from '../contract/run-request.ts';

export type { ArchiveRef };

export type ArchiveInput =
  | {
      directory: string;
      /** The workspace's working directory, if known: it must then hold Terraform files. */
      workingDirectory?: string | undefined;
      /** What to do with symbolic links out of the directory; see ListingOptions. */
      leavingLinks?: 'refuse' | 'inline' | undefined;
    }
  /** A tar.gz that somebody else packed. */
  | { stream: Readable; workingDirectory?: string | undefined };

export interface PutOptions {
  /** Limit of the packed size; DEFAULT_MAX_BYTES unless given. */
  maxBytes?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Called while a directory is packed: at the beginning and after every piece that was read. */
  onPacked?: ((sofar: PackedSoFar) => void) | undefined;
}

/** How far the packing of a directory is; bytes are those of the files, unpacked. */
export interface PackedSoFar {
  files: number;
  bytes: number;
  ofFiles: number;
  ofBytes: number;
}

/** Packed configurations by the hash of their bytes. A local folder today; every worker and caller must reach the same store. */
export interface ArchiveStore {
  /** Packs a directory, named by its path or with details, and keeps it; the same content is kept once. Rejects with ArchiveError, and then leaves nothing behind. `looksSecret` names what whoever asked may not have meant to upload. */
  put(input: string | ArchiveInput, options?: PutOptions): Promise<ArchiveRef>;
  /** The bytes, checked against size and hash before the first is given. Rejects with ArchiveError `not-stored` or `damaged`. */
  open(ref: Pick<ArchiveRef, 'sha256' | 'bytes'>): Promise<OpenArchive>;
}

export interface OpenArchive {
  body: Readable;
  bytes: number;
}

/**
 * Far above any configuration seen (with state files and provider binaries left in the directory), and far below what
 * fills a disk unnoticed.
 */
export const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024;
