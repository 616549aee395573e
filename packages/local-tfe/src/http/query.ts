import { Refusal } from './answer.ts';
import type { Document, Resource } from './json-api.ts';

const DEFAULT_PAGE_SIZE = 20; // TFE's
const MAX_PAGE_SIZE = 100; // TFE's

/** The query string, read as TFE's endpoints read it: `page[number]`, `filter[status]`, `include`. */
export class Query {
  readonly #values: Record<string, unknown>;

  constructor(values: unknown) {
    this.#values = { ...(values as Record<string, unknown>) };
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    return typeof last === 'string' && last !== '' ? last : undefined;
  }

  /** Comma-separated, and repeatable as `name[]=`. */
  list(name: string): string[] | undefined {
    const values = [this.#values[name], this.#values[`${name}[]`]].flat().filter((value) => typeof value === 'string');
    const parts = values.flatMap((value) => value.split(',')).map((part) => part.trim());
    const present = parts.filter((part) => part !== '');
    return present.length === 0 ? undefined : present;
  }

  integer(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    // `0x10` and `1e3` are numbers to JavaScript only.
    if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value))
      throw invalidParameter(name, `${name} must be a whole number`);
    return value;
  }

  page(): Page {
    const number = Math.max(1, this.integer('page[number]', 1));
    const size = this.integer('page[size]', DEFAULT_PAGE_SIZE);
    // The product is kept inside what SQLite takes as an offset.
    return {
      number: Math.min(number, 1_000_000_000),
      size: size < 1 ? DEFAULT_PAGE_SIZE : Math.min(size, MAX_PAGE_SIZE),
    };
  }

  /** The same query for another page: what was filtered and searched stays so. */
  atPage(number: number, size: number): string {
    const parameters = Object.entries(this.#values)
      .filter(([name]) => name !== 'page[number]' && name !== 'page[size]')
      .flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, String(one)]));
    return new URLSearchParams([...parameters, ['page[number]', `${number}`], ['page[size]', `${size}`]]).toString();
  }

  /** The relations to side-load. TFE refuses an unknown one with 400. */
  include(known: readonly string[]): string[] {
    const asked = this.list('include') ?? [];
    const unknown = asked.find((name) => !known.includes(name.replaceAll('-', '_')));
    if (unknown !== undefined) {
      throw invalidParameter('include', `The specified include parameter is invalid: ${unknown}`);
    }
    return [...new Set(asked.map((name) => name.replaceAll('-', '_')))];
  }
}

export interface Page {
  number: number;
  size: number;
}

export const offsetOf = (page: Page): { limit: number; offset: number } => ({
  limit: page.size,
  offset: (page.number - 1) * page.size,
});

const invalidParameter = (parameter: string, detail: string): Refusal =>
  new Refusal(400, [{ status: '400', title: 'Invalid query parameter', detail, source: { parameter } }]);

export type Totals = 'counted' | 'uncounted';

/** One page of a list. The organization-wide run list is uncounted in TFE: it names no total. */
export function pageOf(
  found: { items: Resource[]; total: number },
  page: Page,
  options: { call: { origin: string; path: string; query: Query }; included?: Resource[]; totals?: Totals },
): Document {
  const pages = Math.max(1, Math.ceil(found.total / page.size));
  const next = page.number < pages ? page.number + 1 : null;
  const previous = page.number > 1 ? page.number - 1 : null;
  const { origin, path, query } = options.call;
  // Whole addresses, as in the documentation: clients follow `next` as it stands.
  const link = (number: number): string => `${origin}${path}?${query.atPage(number, page.size)}`;
  return {
    data: found.items,
    ...(options.included && { included: options.included }),
    links: {
      self: link(page.number),
      first: link(1),
      prev: previous === null ? null : link(previous),
      next: next === null ? null : link(next),
      ...((options.totals ?? 'counted') === 'counted' && { last: link(pages) }),
    },
    meta: {
      pagination: {
        'current-page': page.number,
        'page-size': page.size,
        'prev-page': previous,
        'next-page': next,
        ...((options.totals ?? 'counted') === 'counted' && { 'total-pages': pages, 'total-count': found.total }),
      },
    },
  };
}
