import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A value that logs, error reports and JSON cannot print: upload and log URLs are capabilities (whoever holds one needs no token).
 * `reveal()` is the only way to it, so each use can be found by its name.
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

/** A link that is a capability; some servers send a path only. A text that is no link reads as none. */
export function secretUrl(link: string | undefined, address: string): Secret | undefined {
  if (link === undefined || link === '' || !URL.canParse(link, address)) return undefined;
  return new Secret(new URL(link, address).href);
}
