import type { DatabaseSync } from 'node:sqlite';

export interface JournalLimits {
  entries: number;
  bytes: number;
}

// A tenth at a time: not one deletion for each entry that is written.
const KEPT_SHARE = 0.9;

/** Keeps the journal within its limits: the oldest entries go, wherever they came from. */
export function createJournalSize(db: DatabaseSync, limits: JournalLimits) {
  const total = db.prepare('SELECT count(*) AS entries, coalesce(sum(octet_length(body)), 0) AS bytes FROM journal');
  const oldest = db.prepare('SELECT seq, octet_length(body) AS bytes FROM journal ORDER BY seq LIMIT 1000');
  const prune = db.prepare('DELETE FROM journal WHERE seq <= ?');
  let entries = 0;
  let bytes = 0;
  const count = (): void => {
    const row = total.get();
    entries = Number(row?.['entries'] ?? 0);
    bytes = Number(row?.['bytes'] ?? 0);
  };
  const isWithin = (share: number): boolean => entries <= limits.entries * share && bytes <= limits.bytes * share;
  count();
  return {
    /** One more entry, or a change of the bytes of one. */
    grow(by: { entries: number; bytes: number }): void {
      entries += by.entries;
      bytes += by.bytes;
      if (isWithin(1)) return;
      while (entries > 0 && !isWithin(KEPT_SHARE)) {
        let last = 0;
        for (const row of oldest.all()) {
          if (isWithin(KEPT_SHARE)) break;
          last = Number(row['seq']);
          entries -= 1;
          bytes -= Number(row['bytes']);
        }
        prune.run(last);
      }
    },
    count,
  };
}
