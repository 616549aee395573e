import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a stack asks of Temporal's HTTP API, which answers nobody else. */
export interface TemporalHttp {
  readonly port: number;
  readonly host: string;
  /** With this the server refuses everybody who does not know the name. */
  readonly dynamicConfig: Readonly<Record<string, boolean | readonly string[]>>;
  /** Answered from the database: a listening port alone says less. */
  isNamespaceServed(namespace: string): Promise<boolean>;
  setRetention(namespace: string, days: number): Promise<void>;
}

const PROBE_TIMEOUT_MS = 2_000;
const CHANGE_TIMEOUT_MS = 60_000;
const DAY_S = 24 * 60 * 60;

/** A name under which Temporal's HTTP API answers. A web page can neither guess it nor make a browser send it. */
export const secretHost = (): string => `${randomBytes(16).toString('hex')}.invalid`;

export function temporalHttp({ port, host }: { readonly port: number; readonly host: string }): TemporalHttp {
  const ask = async (path: string, { withinMs, body }: { withinMs: number; body?: string }): Promise<number> => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = { host, 'content-type': 'application/json' };
    const options = { port, path: `/api/v1/namespaces/${path}`, method, headers, agent: false };
    const sent = request({ host: '127.0.0.1', ...options, signal: AbortSignal.timeout(withinMs) });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    await text(answer);
    return answer.statusCode ?? 0;
  };
  return {
    port,
    host,
    // Nexus is served on the same port without a look at the name; Runwright does not use it.
    dynamicConfig: { 'frontend.httpAllowedHosts': [host], 'system.enableNexus': false },
    isNamespaceServed: (namespace) =>
      ask(namespace, { withinMs: PROBE_TIMEOUT_MS }).then(
        (status) => status === 200,
        () => false,
      ),
    setRetention: async (namespace, days) => {
      const body = JSON.stringify({ config: { workflowExecutionRetentionTtl: `${days * DAY_S}s` } });
      const status = await ask(`${namespace}/update`, { withinMs: CHANGE_TIMEOUT_MS, body });
      if (status !== 200) throw new Error(`Temporal refused to keep closed workflows for ${days} days: HTTP ${status}`);
    },
  };
}
