import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { Agent, EnvHttpProxyAgent, fetch as undiciFetch, request as undiciRequest } from 'undici';
import type { Dispatcher, RequestInit as UndiciRequestInit } from 'undici';
import { getCACertificates } from 'node:tls';
import { CONNECT_TIMEOUT_MS } from './timeouts.ts';

/** The values of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. This file does not read the environment. */
export interface ProxySettings {
  httpsProxy?: string;
  httpProxy?: string;
  noProxy?: string;
}

export interface TransportOptions {
  /** PEM, one or more certificates trusted besides the machine's own. Read before every request. */
  ca?: () => string;
  proxy?: ProxySettings;
}

export interface Transport {
  /** For ky's `fetch` option. */
  fetch: typeof fetch;
  /** Certificates that new connections trust; undefined = Node's default. */
  trusted(): string[] | undefined;
  usesProxy: boolean;
  close(): Promise<void>;
}

/**
 * The only way out, for API and blob storage alike, so that a private CA and a proxy apply to both. Combines undici's
 * own fetch with undici's dispatcher: Node's built-in fetch contains another version of undici.
 */
export function createTransport({ ca, proxy }: TransportOptions): Transport {
  const connections = connectionsBy((pem) => dispatcherOf(trustedWith(pem), proxy), ca);
  return {
    fetch: fetchThrough(connections.now),
    trusted: () => trustedWith(ca?.()),
    usesProxy: hasProxy(proxy),
    close: connections.close,
  };
}

const trustedWith = (pem: string | undefined): string[] | undefined =>
  pem === undefined ? undefined : [...getCACertificates('default'), pem];

interface Connections {
  now(): Dispatcher;
  close(): Promise<void>;
}

/**
 * Connections that trust the present CA. Older ones take no new requests, finish the running ones, and close when idle.
 */
function connectionsBy(open: (pem: string | undefined) => Dispatcher, ca: (() => string) | undefined): Connections {
  let pem = ca?.();
  let latest = open(pem);
  const opened = [latest];
  return {
    now: () => {
      const current = ca?.();
      if (current === pem) return latest;
      pem = current;
      latest = open(pem);
      opened.push(latest);
      return latest;
    },
    close: async () => void (await Promise.all(opened.map((dispatcher) => dispatcher.destroy()))),
  };
}

function dispatcherOf(trusted: string[] | undefined, proxy: ProxySettings | undefined): Dispatcher {
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...(trusted && { ca: trusted }) };
  // Our own time limits apply (timeouts.ts); undici's would cut a slow upload after five minutes.
  const common = { connect, headersTimeout: 0, bodyTimeout: 0 };
  return hasProxy(proxy)
    ? new EnvHttpProxyAgent({
        ...common,
        requestTls: connect,
        proxyTls: connect,
        // An empty string means "none"; if we left one out, undici would read the environment.
        httpProxy: proxy?.httpProxy ?? '',
        httpsProxy: proxy?.httpsProxy ?? '',
        noProxy: proxy?.noProxy ?? '',
      })
    : new Agent(common);
}

const hasProxy = (proxy: ProxySettings | undefined): boolean => Boolean(proxy?.httpProxy || proxy?.httpsProxy);

function fetchThrough(connections: () => Dispatcher): typeof fetch {
  const send = async (input: string | URL | Request): Promise<unknown> => {
    if (!(input instanceof Request)) throw new TypeError('the transport takes requests only');
    const { method, signal } = input;
    const dispatcher = connections();
    const headers = Object.fromEntries(input.headers);
    if (input.body !== null && input.headers.has('content-length')) {
      const body = Readable.fromWeb(input.body as WebStream);
      return streamed(input.url, { method: method as Dispatcher.HttpMethod, headers, body, signal, dispatcher });
    }
    return undiciFetch(input.url, {
      method,
      headers,
      // A body in memory goes out with its length, because some load balancers refuse chunked requests. Uploads state
      // theirs.
      body: await bufferedBody(input),
      redirect: 'manual',
      credentials: 'omit',
      signal,
      dispatcher,
    } as UndiciRequestInit);
  };
  return send as typeof fetch;
}

/**
 * Does not use fetch, which keeps a second copy of the body for a possible redirect and would hold a whole upload in
 * memory.
 */
async function streamed(
  url: string,
  options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'> & { dispatcher: Dispatcher },
): Promise<Response> {
  const { statusCode: status, headers, body } = await undiciRequest(url, options);
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, each ?? '']),
  );
  const hasNoBody = [101, 204, 205, 304].includes(status);
  if (hasNoBody) await body.dump();
  return new Response(hasNoBody ? null : (Readable.toWeb(body) as ReadableStream), { status, headers: entries });
}

async function bufferedBody(input: Request): Promise<Uint8Array | null> {
  if (input.body === null) return null;
  return new Uint8Array(await input.arrayBuffer());
}
