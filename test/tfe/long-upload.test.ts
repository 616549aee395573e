import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/tfe/http/secret.ts';
import { waitUntil } from '../support/wait-until.ts';
import { clientOf, closeAfterTest, errorOf } from './client-for-tests.ts';

const MIB = 1024 ** 2;
const BYTES = 64 * MIB;

/** A storage that treats uploads as `listener` does. */
async function storage(listener: RequestListener): Promise<Secret> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterTest({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/upload/planted`);
}

function source() {
  const told = { takenBytes: 0 };
  async function* pieces(): AsyncGenerator<Buffer> {
    for (; told.takenBytes < BYTES; told.takenBytes += MIB) yield Buffer.alloc(MIB);
  }
  return { told, upload: { body: Readable.from(pieces(), { objectMode: false }), bytes: BYTES } };
}

// Uploads go where their URL says, whatever the address of the API.
const client = () => clientOf('http://127.0.0.1:1');
const release: (() => void)[] = [];
afterEach(() => {
  for (const each of release.splice(0)) each();
});

describe('a long upload', () => {
  it('is refused with the words of a server that does not wait for its end', async () => {
    const url = await storage((request, response) => {
      request.once('data', () => {
        response.writeHead(413, { 'content-type': 'application/vnd.api+json' });
        response.end('{"errors":[{"title":"too large","detail":"at most 10 MiB"}]}');
      });
    });
    const { upload } = source();

    const error = await errorOf(client().configurationVersions.upload(url, upload));

    expect(error).toMatchObject({
      kind: 'too-large',
      facts: { status: 413, title: 'too large', detail: 'at most 10 MiB' },
    });
    expect(upload.body.destroyed).toBe(true);
  });

  it('is read no faster than the server takes it', async () => {
    const url = await storage((request, response) => {
      request.pause();
      release.push(() => request.resume());
      request.once('end', () => response.end());
    });
    const { told, upload } = source();
    const uploading = client().configurationVersions.upload(url, upload);
    await waitUntil('the server to hold the upload', () => release.length > 0);
    // What fits between the two: socket buffers and one piece in each stream.
    const stopped = await untilStill(() => told.takenBytes);

    expect(stopped).toBeLessThan(BYTES / 4);
    for (const each of release.splice(0)) each();
    await uploading;

    expect(told.takenBytes).toBe(BYTES);
  });

  it('that loses its connection half way is in doubt, and closes its source', async () => {
    const url = await storage((request) => {
      let seenBytes = 0;
      request.on('data', (chunk: Buffer) => {
        seenBytes += chunk.byteLength;
        if (seenBytes > 8 * MIB) request.socket.destroy();
      });
    });
    const { upload } = source();

    const error = await errorOf(client().configurationVersions.upload(url, upload));

    expect(error).toMatchObject({ kind: 'no-answer', facts: { reason: 'connection-lost' } });
    expect(error.message).not.toContain('planted');
    expect(upload.body.destroyed).toBe(true);
  });
});

/** The value once it has stayed the same over many turns of the event loop. */
async function untilStill(look: () => number): Promise<number> {
  let last = -1;
  let turns = 0;
  await waitUntil('the upload to stand still', () => {
    turns = look() === last ? turns + 1 : 0;
    last = look();
    return turns > 20;
  });
  return last;
}
