/** The facts that a long-running command prints, once, when it can be used. */
export interface Ready {
  /** URL or HOST:PORT where it serves. */
  readonly address?: string;
  /** URL of its health server. */
  readonly health?: string;
  /** Whatever else is worth knowing; plain values. */
  readonly [fact: string]: string | number | boolean | undefined;
}

export interface ReadyLineOptions {
  /** `worker`, `gateway`, `local-tfe`, `up`. */
  readonly name: string;
  readonly format: 'json' | 'text';
  readonly out: { write(text: string): unknown };
}

/** Prints the one ready line: `{"ready":true,"address":…,"health":…}`, or `worker ready · health http://…` for people. */
export function printReady(ready: Ready, { name, format, out }: ReadyLineOptions): void {
  if (format === 'json') {
    out.write(`${JSON.stringify({ ready: true, ...ready })}\n`);
    return;
  }
  const facts = Object.entries(ready).filter(([, value]) => value !== undefined);
  out.write(`${[`${name} ready`, ...facts.map(([fact, value]) => `${fact} ${value}`)].join(' · ')}\n`);
}
