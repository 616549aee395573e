import { once } from 'node:events';
import { createServer } from 'node:net';

/** PostgreSQL keeps the ports of a Temporal cluster's members as `smallint`; below the kernel's own range as well. */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const ATTEMPTS = 200;

/** So many different TCP ports of 127.0.0.1 on which nobody listens, each small enough for a Temporal member. */
export async function freeLowPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let attempt = 0; found.size < count && attempt < ATTEMPTS; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) found.add(port);
  }
  if (found.size < count) throw new Error(`fewer than ${count} free ports between ${LOWEST} and ${HIGHEST}`);
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
