import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A value that logs, error reports and JSON cannot print: upload and log URLs are capabilities, which work without a
 * token. Only `reveal()` returns it, so each use can be found by that name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** A link that is a capability; some servers send only its path. Text that is no link gives undefined. */
export function secretUrl(link: string | undefined, address: string): Secret | undefined {
  if (link === undefined || link === '' || !URL.canParse(link, address)) return undefined;
  return new Secret(new URL(link, address).href);
}
