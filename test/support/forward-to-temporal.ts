import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { closeAfterTests } from './after-tests.ts';
import { temporalAddress } from './temporal.ts';

/** The Temporal server of the tests under a port of its own, where it can go away: `close` cuts every connection. */
export async function forwardToTemporal(port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const [host, temporalPort] = temporalAddress().split(':') as [string, string];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(Number(temporalPort), host);
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => sockets.delete(end));
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  closeAfterTests(close);
  return { port: (server.address() as AddressInfo).port, close };
}
