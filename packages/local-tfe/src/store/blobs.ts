import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const KINDS = [
  'archive',
  'log',
  'plan-json',
  'plan-redacted',
  'plan-sanitized',
  'schemas',
  'state',
  'state-json',
  'upload',
] as const;
export type BlobKind = (typeof KINDS)[number];

/** Files that are too large for the database: archives, logs, plan documents, states. Not readable by other users. */
export class Blobs {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    mkdirSync(root, { recursive: true, mode: 0o700 });
  }

  path(kind: BlobKind, id: string): string {
    return join(this.#root, `${id}.${kind}`);
  }

  has(kind: BlobKind, id: string): boolean {
    return existsSync(this.path(kind, id));
  }

  /** Whole or not at all: a kill leaves the old file. */
  write(kind: BlobKind, id: string, content: string | Uint8Array): void {
    const temporary = `${this.path(kind, id)}.partial`;
    try {
      writeFileSync(temporary, content, { mode: 0o600 });
      renameSync(temporary, this.path(kind, id));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  append(kind: BlobKind, id: string, content: string | Uint8Array): void {
    appendFileSync(this.path(kind, id), content, { mode: 0o600 });
  }

  read(kind: BlobKind, id: string): Buffer | undefined {
    return this.has(kind, id) ? readFileSync(this.path(kind, id)) : undefined;
  }

  stream(kind: BlobKind, id: string): Readable {
    return createReadStream(this.path(kind, id));
  }

  async slice(kind: BlobKind, id: string, range: { offset: number; limit: number }): Promise<Buffer> {
    const path = this.path(kind, id);
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    const length = Math.max(0, Math.min(range.limit, size - range.offset));
    if (length === 0) return Buffer.alloc(0);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, range.offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** Half uploads and half-written files of a server that was killed. For a start: nothing may be under way. */
  removeUnfinished(): void {
    for (const name of readdirSync(this.#root)) {
      if (/\.(upload|partial)$/.test(name)) rmSync(join(this.#root, name), { force: true });
    }
  }

  remove(kind: BlobKind, id: string): void {
    rmSync(this.path(kind, id), { force: true });
  }

  /** Everything that was kept of a record. */
  removeAll(id: string): void {
    for (const kind of KINDS) this.remove(kind, id);
  }
}
