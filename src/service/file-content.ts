import { statSync } from 'node:fs';

/**
 * The result of `read` on a file, read again when the file has changed. While the file is missing or `read` refuses it
 * (it is being replaced), the last result stays in use. Throws what `read` throws the first time.
 */
export function contentOfFile<T>(file: string, read: (file: string) => T): () => T {
  let last = { content: read(file), changed: changeOf(file) };
  return () => {
    try {
      const changed = changeOf(file);
      if (changed !== last.changed) last = { content: read(file), changed };
    } catch {
      // Keep the last one; the server's answer says whether it is still good.
    }
    return last.content;
  };
}

/** A replaced file has another inode, a file written in place another time. */
function changeOf(file: string): string {
  const { ino, mtimeNs, size } = statSync(file, { bigint: true });
  return `${ino} ${mtimeNs} ${size}`;
}
