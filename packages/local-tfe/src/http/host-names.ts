import { isIP } from 'node:net';
import { hostname } from 'node:os';

export interface OwnNames {
  /** What the server listens on. */
  host: string;
  /** Further names, which somebody has given this server. */
  allowed: readonly string[];
}

/**
 * Whether a Host header names this server. A web page whose own name was made to resolve to this machine (DNS rebinding)
 * sends that name; an address in figures cannot be rebound.
 */
export function createHostCheck({ host, allowed }: OwnNames): (header: string | undefined) => boolean {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const ownName = isLoopback(host) || host === 'localhost' ? [] : [hostname()];
  const names = new Set(['localhost', host, ...ownName, ...allowed].map((name) => name.toLowerCase()));
  return (header) => {
    const name = nameIn(header ?? '');
    if (name === undefined) return false;
    // Listening everywhere, it has whatever address a network or a container's port gives it.
    return names.has(name) || isLoopback(name) || (isEverywhere && isIP(name) !== 0);
  };
}

/** `[::1]:8090`, `LOCALHOST.:8090`: the host alone. */
function nameIn(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/?#@\s]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

/** `127.evil.example` begins like an address of this machine, and is a name. */
export const isLoopback = (host: string): boolean => host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
