import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freeLoopbackPort } from './loopback-ports.ts';
import type { StackPorts } from './runwright-stack.ts';

/** What must stay the same after a restart: workflow ids contain the TFE's port, and the TFE keeps its tokens. */
export interface RememberedStack {
  readonly token: string;
  readonly ports: StackPorts;
}

/** The ports that people try first: Temporal's own defaults, and 8090 for the local TFE. */
const USUAL: StackPorts = { temporal: { grpc: 7233, ui: 8233 }, localTfe: 8090 };

/**
 * Ports and token of the stack in this directory. The first start takes the usual ports that are free; later starts
 * take the same ones. Rejects with one sentence if another program has taken one of them meanwhile.
 */
export async function rememberStack(directory: string, newToken: () => string): Promise<RememberedStack> {
  const file = join(directory, 'stack.json');
  const known = await readRemembered(file);
  if (known !== undefined) {
    await refuseTaken(known.ports, directory);
    return known;
  }
  const { temporal, localTfe } = USUAL;
  const chosen: RememberedStack = {
    token: newToken(),
    ports: {
      temporal: {
        grpc: await freeOrOther(temporal.grpc),
        ui: await freeOrOther(temporal.ui),
      },
      localTfe: await freeOrOther(localTfe),
    },
  };
  await writeFile(file, `${JSON.stringify(chosen, undefined, 2)}\n`, { mode: 0o600 });
  return chosen;
}

async function readRemembered(file: string): Promise<RememberedStack | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const known: unknown = parse(text);
  if (isRemembered(known)) return known;
  throw new Error(`${file} cannot be read: restore it, or remove its directory to begin anew`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRemembered(value: unknown): value is RememberedStack {
  const { token, ports } = (value ?? {}) as Partial<RememberedStack>;
  const numbers = [ports?.localTfe, ports?.temporal?.grpc, ports?.temporal?.ui];
  return typeof token === 'string' && numbers.every((port) => Number.isInteger(port));
}

async function refuseTaken({ temporal, localTfe }: StackPorts, directory: string): Promise<void> {
  const named = {
    'local TFE': localTfe,
    Temporal: temporal.grpc,
    'Temporal UI': temporal.ui,
  };
  for (const [name, port] of Object.entries(named)) {
    if (await isFree(port)) continue;
    throw new Error(
      `port ${port} belongs to the ${name} in ${directory}, but another program listens on it: stop that, or give another --dir`,
    );
  }
}

const freeOrOther = async (port: number): Promise<number> => ((await isFree(port)) ? port : freeLoopbackPort());

/** Whether this process could listen there now. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = Promise.withResolvers<boolean>();
  server.once('error', () => listening.resolve(false));
  server.listen(port, '127.0.0.1', () => listening.resolve(true));
  const free = await listening.promise;
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
