import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A value that logs, error reports and JSON cannot print. Only `reveal()` returns it, so each use can be found. */
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
