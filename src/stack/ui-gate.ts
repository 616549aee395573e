import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from './own-page.ts';

/** A server by its address. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface UiGateOptions {
  readonly listen: HostPort;
  /** The Temporal UI itself. */
  readonly ui: HostPort;
  /** The port by which browsers come, where that is another one: a container's port is published under its own. */
  readonly browserPort?: number;
}

export interface UiGate {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Stands before the Temporal UI, which itself answers under any name and gives its CSRF cookie to whoever asks. Lets
 * through what the UI's own page on loopback sends, what a person types or clicks, and what comes from no browser at all.
 */
export async function openUiGate({ listen, ui, browserPort }: UiGateOptions): Promise<UiGate> {
  const server = createServer();
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.on('request', (asked, answer) => {
    const refusal = refusalOf(asked, browserPort ?? port);
    if (refusal === undefined) passOn(asked, answer, ui);
    else refuse(answer, 403, refusal);
  });
  return { port, close: () => closeNow(server) };
}

/** They belong to one connection, not to the request. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te'];

function passOn(asked: IncomingMessage, answer: ServerResponse, { host, port }: HostPort): void {
  const kept = Object.entries(asked.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  const headers = { ...Object.fromEntries(kept), ...framingOf(asked), host: `${host}:${port}` };
  const sent = request({ host, port, method: asked.method, path: asked.url, headers }, (received) => {
    const back = Object.entries(received.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
    answer.writeHead(received.statusCode ?? 502, Object.fromEntries(back));
    received.once('error', () => answer.destroy());
    received.pipe(answer);
  });
  sent.once('error', () => {
    if (answer.headersSent) answer.destroy();
    else refuse(answer, 502, 'The Temporal UI does not answer.');
  });
  answer.once('close', () => sent.destroy());
  asked.pipe(sent);
}

/**
 * A body without a length goes on in chunks, as it came. Node sends that of a GET or DELETE bare unless it is told to, and the
 * UI would take it for the next request, at which nobody has looked.
 */
const framingOf = ({ headers }: IncomingMessage): { 'transfer-encoding'?: string } =>
  headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };

function refuse(answer: ServerResponse, status: number, sentence: string): void {
  answer.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  answer.end(`${sentence}\n`);
}

async function closeNow(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
