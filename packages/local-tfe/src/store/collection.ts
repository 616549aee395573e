import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** What a record is found by: its parent, the organization it belongs to, its name inside the parent, its status. */
export interface IndexedBy {
  scope?: string | undefined;
  owner?: string | undefined;
  name?: string | undefined;
  status?: string | undefined;
}

/** A condition on the record's JSON, e.g. `{ sql: "body->>'$.source' = ?", values: ['tfe-api'] }`. */
export interface Condition {
  sql: string;
  values: SQLInputValue[];
}

/** The column, or JSON path, has one of the values. */
export const oneOf = (sql: string, values: readonly string[]): Condition => ({
  sql: `${sql} IN (${values.map(() => '?').join(', ')})`,
  values: [...values],
});

export interface Selection extends IndexedBy {
  statuses?: readonly string[];
  conditions?: readonly Condition[];
  order?: 'newest' | 'oldest' | 'name';
  /** Another order, as SQL: instead of `order`. */
  orderBy?: string;
  limit?: number;
  offset?: number;
}

/** Records of one kind: JSON in SQLite beside the columns they are looked up by. */
export class Collection<T extends { id: string }> {
  readonly #db: DatabaseSync;
  readonly #table: string;
  readonly #indexedBy: (record: T) => IndexedBy;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, table: string, indexedBy: (record: T) => IndexedBy) {
    this.#db = db;
    this.#table = table;
    this.#indexedBy = indexedBy;
    db.exec(`CREATE TABLE IF NOT EXISTS ${table} (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
      scope TEXT, owner TEXT, name TEXT, status TEXT, body TEXT NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS ${table}_scope ON ${table} (scope, name);
      CREATE INDEX IF NOT EXISTS ${table}_scope_status ON ${table} (scope, status);
      CREATE INDEX IF NOT EXISTS ${table}_owner ON ${table} (owner);
      CREATE INDEX IF NOT EXISTS ${table}_status ON ${table} (status);`);
  }

  insert(record: T): T {
    const { scope = null, owner = null, name = null, status = null } = this.#indexedBy(record);
    this.#prepare(`INSERT INTO ${this.#table} (id, scope, owner, name, status, body) VALUES (?, ?, ?, ?, ?, ?)`).run(
      record.id,
      scope,
      owner,
      name,
      status,
      JSON.stringify(record),
    );
    return record;
  }

  get(id: string): T | undefined {
    const row = this.#prepare(`SELECT body FROM ${this.#table} WHERE id = ?`).get(id);
    return row && this.#parse(row);
  }

  /** The record that must be there: its id came from another record. */
  require(id: string): T {
    const record = this.get(id);
    if (!record) throw new Error(`the store has no ${this.#table} record ${id}`);
    return record;
  }

  update(id: string, change: Partial<T>): T {
    const record = { ...this.require(id), ...change };
    const { scope = null, owner = null, name = null, status = null } = this.#indexedBy(record);
    this.#prepare(`UPDATE ${this.#table} SET scope = ?, owner = ?, name = ?, status = ?, body = ? WHERE id = ?`).run(
      scope,
      owner,
      name,
      status,
      JSON.stringify(record),
      id,
    );
    return record;
  }

  delete(id: string): void {
    this.#prepare(`DELETE FROM ${this.#table} WHERE id = ?`).run(id);
  }

  select(selection: Selection = {}): T[] {
    const { sql, values } = where(selection);
    const orders = { newest: 'seq DESC', oldest: 'seq ASC', name: 'name ASC, seq ASC' };
    const order = selection.orderBy ?? orders[selection.order ?? 'newest'];
    const paging = selection.limit === undefined ? '' : ' LIMIT ? OFFSET ?';
    const page = selection.limit === undefined ? [] : [selection.limit, selection.offset ?? 0];
    return this.#prepare(`SELECT body FROM ${this.#table}${sql} ORDER BY ${order}${paging}`)
      .all(...values, ...page)
      .map((row) => this.#parse(row));
  }

  /** Of everything below a parent, the oldest first: without reading it. */
  ids(scope: string): string[] {
    return this.#prepare(`SELECT id FROM ${this.#table} WHERE scope = ? ORDER BY seq`)
      .all(scope)
      .map((row) => String(row['id']));
  }

  first(selection: Selection): T | undefined {
    return this.select({ ...selection, limit: 1 })[0];
  }

  count(selection: Selection = {}): number {
    const { sql, values } = where(selection);
    return Number(this.#prepare(`SELECT count(*) AS n FROM ${this.#table}${sql}`).get(...values)?.['n'] ?? 0);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }

  #parse(row: Record<string, unknown>): T {
    return JSON.parse(String(row['body'])) as T;
  }
}

function where(selection: Selection): Condition {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  for (const column of ['scope', 'owner', 'name', 'status'] as const) {
    const value = selection[column];
    if (value === undefined) continue;
    parts.push(`${column} = ?`);
    values.push(value);
  }
  if (selection.statuses) {
    parts.push(`status IN (${selection.statuses.map(() => '?').join(', ')})`);
    values.push(...selection.statuses);
  }
  for (const condition of selection.conditions ?? []) {
    parts.push(`(${condition.sql})`);
    values.push(...condition.values);
  }
  return { sql: parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`, values };
}
