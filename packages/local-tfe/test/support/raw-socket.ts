import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface RawSocket {
  socket: Socket;
  /** The first line of the answer, e.g. `HTTP/1.1 401 Unauthorized`. */
  statusLine: Promise<string>;
  /** Settles when the server has closed the connection. */
  closed: Promise<void>;
}

/** A connection on which a test writes what no client library would. */
export async function rawSocket(address: string): Promise<RawSocket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let heard = '';
  const statusLine = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      if (heard.includes('\r\n')) resolve(heard.slice(0, heard.indexOf('\r\n')));
    });
  });
  socket.on('error', () => {}); // a connection that is reset is closed as well
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, statusLine, closed };
}

/** Lines of a request head; the body is the caller's to send. */
export const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
