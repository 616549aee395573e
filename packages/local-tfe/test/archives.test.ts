import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGzip, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import { document, eventually, HELLO, startTfe, tarball } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

describe('a configuration version is errored, with a message, for', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterAll(() => tfe.close());

  const newVersion = (): Promise<Reply> =>
    tfe.api(
      'POST',
      `/workspaces/${workspaceId}/configuration-versions`,
      document('configuration-versions', { 'auto-queue-runs': false }),
    );
  const put = (url: string, bytes: Uint8Array): Promise<Response> =>
    fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
  const processed = (id: string) =>
    eventually(`${id} to be processed`, async () => {
      const { attributes } = (await tfe.api('GET', `/configuration-versions/${id}`)).body.data;
      return attributes.status === 'pending' ? undefined : attributes;
    });
  const packed = (...entries: (Partial<Header> & { name: string })[]): Promise<Buffer> => {
    const tar = pack();
    tar.entry({ name: 'main.tf' }, 'x');
    for (const entry of entries) {
      if (entry.type === undefined) tar.entry(entry, 'x');
      else tar.entry(entry);
    }
    tar.finalize();
    const zipped = tar.pipe(createGzip());
    return zipped.toArray().then((chunks) => Buffer.concat(chunks as Buffer[]));
  };

  /** 1,700 files of a few bytes: unpacked, 102,000 directories. */
  const manyDirectories = (): Promise<Buffer> =>
    packed(...Array.from({ length: 1_700 }, (_, n) => ({ name: `${`d${n}/`.repeat(60)}x` })));

  it.each<[string, () => Promise<Buffer>, RegExp]>([
    ['no archive at all', async () => Buffer.from('hello'), /not a readable tar.gz/],
    ['half an archive', async () => (await tarball(HELLO)).subarray(0, 60), /not a readable tar.gz/],
    ['an empty archive', async () => tarball({}), /holds no files/],
    ['gzip of something else', async () => gzipSync('x'.repeat(5_000)), /not a readable tar.gz/],
    ['an absolute path', () => packed({ name: '/etc/x' }), /not a relative path/],
    ['a path that climbs', () => packed({ name: 'a/../../x' }), /leaves the configuration/],
    ['a link that climbs', () => packed({ name: 'l', type: 'symlink', linkname: '../../etc' }), /link out of/],
    ['a hard link to nothing', () => packed({ name: 'l', type: 'link', linkname: 'none' }), /hard link/],
    [
      'a path that is longer than a disk takes',
      () => packed({ name: `${'d/'.repeat(20)}${'x'.repeat(1_100)}` }),
      /too long/,
    ],
    ['a name that is longer than a disk takes', () => packed({ name: 'x'.repeat(256) }), /too long/],
    ['directories in directories without end', () => packed({ name: `${'d/'.repeat(400)}x` }), /levels deep/],
    [
      'a link whose target has no end',
      () => packed({ name: 'l', type: 'symlink', linkname: 'd/'.repeat(400) }),
      /deep/,
    ],
    ['few files in ever so many directories', manyDirectories, /more than 100000 files and directories/],
    ['a device', () => packed({ name: 'd', type: 'character-device' }), /kind character-device/],
  ])('%s', async (_what, bytes, message) => {
    const made = await newVersion();
    await put(made.body.data.attributes['upload-url'], await bytes());

    const attributes = await processed(made.body.data.id);

    expect(attributes).toMatchObject({
      status: 'errored',
      error: 'invalid_archive',
      'error-message': expect.stringMatching(message),
    });
  });

  it('an archive that unpacks to more than the limit', async () => {
    const small = await startTfe({ engine: 'simulated', maxUnpackedBytes: 10_000 });
    try {
      await small.organization();
      const id = await small.configuration(await small.workspace(), { 'main.tf': 'x'.repeat(1_000_000) });
      const { attributes } = (await small.api('GET', `/configuration-versions/${id}`)).body.data;
      expect(attributes['error-message']).toContain('unpacks to more than 10000 bytes');
    } finally {
      await small.close();
    }
  });
});
