import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

const LOOPBACK = '127.0.0.1';

/**
 * A TCP port on loopback that nobody listens on.
 *
 * The probe makes one connection and closes it from the listening side: the port then stays in TIME_WAIT for a while, so
 * the kernel gives it to nobody else who asks for a free port, but a program may still listen on it explicitly.
 */
export async function freeLoopbackPort(host = LOOPBACK): Promise<number> {
  const server = createServer((socket) => socket.end());
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const client = connect(port, host);
  client.resume();
  await once(client, 'end');
  client.end();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * An address of this machine that no web page can guess: one of the 16 million of 127.0.0.0/8, with a free port. Linux
 * has them all. With only 127.0.0.1 (macOS), a page that tries every port can find it.
 */
export async function hiddenLoopbackAddress(): Promise<{ readonly host: string; readonly port: number }> {
  const number = randomInt(2, 2 ** 24 - 1);
  const host = `127.${number >> 16}.${(number >> 8) & 0xff}.${number & 0xff}`;
  try {
    return { host, port: await freeLoopbackPort(host) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
    return { host: LOOPBACK, port: await freeLoopbackPort() };
  }
}
