import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ArchiveStore } from '@runwright/client/archive';
import type { ArchiveRef } from '@runwright/client/contract';

/** Packs files, given as name to content, as a caller's directory would be. */
export async function packFiles(store: ArchiveStore, files: Record<string, string>): Promise<ArchiveRef> {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-configuration-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    return await store.put(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
