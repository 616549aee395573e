import type { DatabaseSync } from 'node:sqlite';
import { cutLong } from './cut-long.ts';
import { createJournalSize } from './journal-size.ts';

/** A request, or a change that the server made: in the order in which they happened. */
export type JournalEntry = RequestEntry | RunStatusEntry | NoteEntry;

export interface RequestEntry {
  kind: 'request';
  seq: number;
  at: string;
  /** `POST /runs`, the name of the route. */
  route: string;
  method: string;
  path: string;
  /** As it was sent, without the question mark; of signed URLs nothing. */
  query: string | null;
  user: string | null;
  /** What the client was told; `dropped` when it was told nothing, `open` while it waits. */
  answered: number | 'dropped' | 'open';
  /** The write took effect, whatever the client was told. */
  committed: boolean;
  created: string[];
  attributes: Record<string, unknown> | null;
  fault: string | null;
  /** A bearer token was sent to a signed URL. */
  leakedToken: boolean;
  endedAt: string | null;
}

export interface RunStatusEntry {
  kind: 'run-status';
  seq: number;
  at: string;
  runId: string;
  status: string;
  by: string | null;
}

export interface NoteEntry {
  kind: 'person' | 'outage' | 'delivery' | 'fault';
  seq: number;
  at: string;
  detail: Record<string, unknown>;
}

type Unwritten<T> = T extends JournalEntry ? Omit<T, 'seq' | 'at'> : never;

export interface JournalFilter {
  route?: string | undefined;
  kind?: string | undefined;
  /** Entries after this number. */
  after?: number | undefined;
}

// Enough for the longest test; older entries go.
const KEPT_ENTRIES = 100_000;
const KEPT_BYTES = 64 * 1024 * 1024;
// An entry of a run has about 600 bytes. What is longer after its texts were cut is no more than a flood.
const LONGEST_ENTRY = 64 * 1024;

/** Remembers what was asked by those who may ask, and what took effect, across restarts. Secrets are left out. */
export function createJournal(db: DatabaseSync, timestamp: () => string, bytes = KEPT_BYTES) {
  db.exec(`CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, route TEXT, body TEXT NOT NULL) STRICT`);
  const insert = db.prepare('INSERT INTO journal (kind, route, body) VALUES (?, ?, ?)');
  const rewrite = db.prepare('UPDATE journal SET body = ? WHERE seq = ?');
  const size = createJournalSize(db, { entries: KEPT_ENTRIES, bytes });
  const written = new WeakMap<JournalEntry, number>();

  function write(entry: Unwritten<JournalEntry>): JournalEntry {
    const stamped = { ...entry, at: timestamp() };
    const route = stamped.kind === 'request' ? stamped.route : null;
    const body = bodyOf(stamped);
    const seq = Number(insert.run(stamped.kind, route, body).lastInsertRowid);
    const made = { ...stamped, seq } as JournalEntry;
    written.set(made, Buffer.byteLength(body));
    size.grow({ entries: 1, bytes: Buffer.byteLength(body) });
    return made;
  }

  return {
    note: (entry: Unwritten<RunStatusEntry | NoteEntry>): void => void write(entry),
    open: (entry: Unwritten<RequestEntry>): RequestEntry => write(entry) as RequestEntry,
    /** An entry that is only passed on: nothing of it is kept. */
    unwritten: (entry: Unwritten<RequestEntry>): RequestEntry => ({ ...entry, at: timestamp(), seq: 0 }),
    update(entry: RequestEntry, change: Partial<RequestEntry>): void {
      Object.assign(entry, change);
      const { seq, ...rest } = entry;
      if (seq === 0) return;
      const body = bodyOf(rest);
      // Nothing is changed of one that had to go meanwhile.
      if (rewrite.run(body, seq).changes === 0) return;
      size.grow({ entries: 0, bytes: Buffer.byteLength(body) - (written.get(entry) ?? 0) });
      written.set(entry, Buffer.byteLength(body));
    },
    entries(filter: JournalFilter = {}): JournalEntry[] {
      return db
        .prepare(
          'SELECT seq, body FROM journal WHERE seq > ? AND (? IS NULL OR route = ?) AND (? IS NULL OR kind = ?) ORDER BY seq',
        )
        .all(filter.after ?? 0, filter.route ?? null, filter.route ?? null, filter.kind ?? null, filter.kind ?? null)
        .map((row) => ({ ...(JSON.parse(String(row['body'])) as object), seq: Number(row['seq']) }) as JournalEntry);
    },
    clear(): void {
      db.exec('DELETE FROM journal');
      size.count();
    },
  };
}

export type Journal = ReturnType<typeof createJournal>;

function bodyOf(entry: object): string {
  const body = JSON.stringify(cutLong(entry));
  if (body.length <= LONGEST_ENTRY) return body;
  return JSON.stringify({
    ...(cutLong(entry) as object),
    ...('detail' in entry ? { detail: {} } : { attributes: null }),
  });
}

const SECRET = /token|secret|password|^state$|json-state/i;

/** The attributes of a request body as they may be kept: variables' values and secrets are left out. */
export function withoutSecrets(body: unknown): Record<string, unknown> | null {
  if (typeof body !== 'object' || body === null) return null;
  const data = (body as { data?: unknown }).data;
  const attributes = typeof data === 'object' && data !== null ? (data as { attributes?: unknown }).attributes : body;
  if (typeof attributes !== 'object' || attributes === null) return null;
  // Of a variable, or of an SSH key.
  const isSecret = (name: string): boolean => SECRET.test(name) || name === 'value';
  const kept = Object.entries(attributes).map(([name, value]) => {
    if (isSecret(name)) return [name, '[left out]'];
    if (name === 'variables' && Array.isArray(value)) {
      return [name, value.map((variable) => ({ key: (variable as { key?: unknown } | null)?.key ?? null }))];
    }
    return [name, value];
  });
  return Object.fromEntries(kept) as Record<string, unknown>;
}
