import { statSync } from 'node:fs';

/**
 * What `read` makes of a file, read again when the file has changed. While it is missing or `read` refuses it (it is being
 * replaced), what was read last goes on to be used. Throws what `read` throws the first time.
 */
export function contentOfFile<T>(file: string, read: (file: string) => T): () => T {
  let last = { content: read(file), changed: changeOf(file) };
  return () => {
    try {
      const changed = changeOf(file);
      if (changed !== last.changed) last = { content: read(file), changed };
    } catch {
      // Keeps the last one; the server's answer says whether it is still good.
    }
    return last.content;
  };
}

/** A file that is replaced has another inode, one that is written in place another time. */
function changeOf(file: string): string {
  const { ino, mtimeNs, size } = statSync(file, { bigint: true });
  return `${ino} ${mtimeNs} ${size}`;
}
