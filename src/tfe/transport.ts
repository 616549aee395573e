import { Agent, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import type { Dispatcher, RequestInit as UndiciRequestInit } from 'undici';
import { getCACertificates } from 'node:tls';
import { CONNECT_TIMEOUT_MS } from './timeouts.ts';

/** What HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Nothing is read from the environment here. */
export interface ProxySettings {
  httpsProxy?: string;
  httpProxy?: string;
  noProxy?: string;
}

export interface TransportOptions {
  /** PEM, one or more certificates that are trusted besides the machine's own. */
  ca?: string;
  proxy?: ProxySettings;
}

export interface Transport {
  /** For ky's `fetch` option. */
  fetch: typeof fetch;
  /** Certificates that connections trust; undefined = Node's default. */
  trusted: string[] | undefined;
  usesProxy: boolean;
  close(): Promise<void>;
}

/**
 * The one way out, for API and blob storage alike, so that a private CA and a proxy count for both.
 * undici's own fetch is used with undici's dispatcher: Node's built-in fetch brings another version of the two.
 */
export function createTransport({ ca, proxy }: TransportOptions): Transport {
  const trusted = ca === undefined ? undefined : [...getCACertificates('default'), ca];
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...(trusted && { ca: trusted }) };
  // Time limits are ours (timeouts.ts); undici's own would cut a slow upload after five minutes.
  const common = { connect, headersTimeout: 0, bodyTimeout: 0 };
  const dispatcher: Dispatcher = hasProxy(proxy)
    ? new EnvHttpProxyAgent({
        ...common,
        requestTls: connect,
        proxyTls: connect,
        // An empty string is "none"; leaving one out would make undici read the environment.
        httpProxy: proxy?.httpProxy ?? '',
        httpsProxy: proxy?.httpsProxy ?? '',
        noProxy: proxy?.noProxy ?? '',
      })
    : new Agent(common);
  return {
    fetch: fetchThrough(dispatcher),
    trusted,
    usesProxy: hasProxy(proxy),
    close: () => dispatcher.destroy(),
  };
}

const hasProxy = (proxy: ProxySettings | undefined): boolean => Boolean(proxy?.httpProxy || proxy?.httpsProxy);

function fetchThrough(dispatcher: Dispatcher): typeof fetch {
  const send = async (input: string | URL | Request): Promise<unknown> => {
    if (!(input instanceof Request)) throw new TypeError('the transport takes requests only');
    return undiciFetch(input.url, {
      method: input.method,
      headers: [...input.headers],
      // A body of known content goes out with its length: some load balancers refuse chunked requests. Uploads state theirs.
      body: input.headers.has('content-length') ? input.body : await bufferedBody(input),
      duplex: 'half',
      redirect: 'manual',
      credentials: 'omit',
      signal: input.signal,
      dispatcher,
    } as UndiciRequestInit);
  };
  return send as typeof fetch;
}

async function bufferedBody(request: Request): Promise<Uint8Array | null> {
  if (request.body === null) return null;
  return new Uint8Array(await request.arrayBuffer());
}
