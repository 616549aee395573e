import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/**
 * A TCP port on 127.0.0.1 that nobody listens on.
 *
 * The probe makes one connection and closes it from the listening side: the port then stays in TIME_WAIT for a while, so
 * the kernel gives it to nobody else who asks for a free port, but a program may still listen on it explicitly.
 */
export async function freeLoopbackPort(): Promise<number> {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const client = connect(port, '127.0.0.1');
  client.resume();
  await once(client, 'end');
  client.end();
  server.close();
  await once(server, 'close');
  return port;
}
