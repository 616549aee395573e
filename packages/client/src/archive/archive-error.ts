/**
 * - `missing-directory`, `not-a-directory`, `empty-directory` (nothing is left to pack), `no-terraform-files`: what was to be packed
 * - `link-leaves-root` a symbolic link points outside of the configuration · `unreadable` a file cannot be read, or is no archive
 * - `too-large` more bytes than the limit
 * - `disk-full`, `unwritable`: the store's folder · `not-stored` the store has no such archive · `damaged` its bytes are not what its name says
 */
export type ArchiveErrorKind =
  | 'missing-directory'
  | 'not-a-directory'
  | 'empty-directory'
  | 'no-terraform-files'
  | 'link-leaves-root'
  | 'unreadable'
  | 'too-large'
  | 'disk-full'
  | 'unwritable'
  | 'not-stored'
  | 'damaged';

/** What packing and storing reject with. The message is a sentence for people; it names paths, never contents. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly kind: ArchiveErrorKind;

  constructor(kind: ArchiveErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * The code of a file system error, e.g. ENOENT. Accepts any object: an error of another realm is no instance of our
 * Error.
 */
export const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
