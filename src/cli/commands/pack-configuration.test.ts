import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFolderStore, type PackedSoFar } from '@runwright/client/archive';
import { parseRunRequest } from '@runwright/client/contract/schema';
import { packConfiguration } from './pack-configuration.ts';

let scratch: string;
let directory: string;
let text: string;
const err = { write: (more: string) => (text += more) };

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'runwright-packing-'));
  directory = await mkdtemp(join(scratch, 'files-'));
  await writeFile(join(directory, 'main.tf'), '# root');
  text = '';
});
afterEach(() => rm(scratch, { recursive: true }));

describe('packing a configuration', () => {
  it('says what was packed', async () => {
    const { put } = createFolderStore(join(scratch, 'archives'));

    await packConfiguration({ workspace: 'hello', dir: directory }, { packDirectory: put, err, onInterrupt });

    expect(text).toMatch(/^packed \S+: 1 file, \d+ B, sha256 [0-9a-f]{12}…\n$/);
  });

  it('warns of what looks like a secret, and packs it all the same', async () => {
    for (const name of ['.env', 'terraform.tfstate', 'key\u001B[2J.pem']) await writeFile(join(directory, name), 'x');
    const { put } = createFolderStore(join(scratch, 'archives'));

    const packed = await packConfiguration(
      { workspace: 'hello', dir: directory },
      { packDirectory: put, err, onInterrupt },
    );

    expect(text.split('\n').slice(1)).toEqual([
      'warning: by their names these hold secrets, and are uploaded (.terraformignore keeps them out):',
      '   .env',
      String.raw`   key\u001b[2J.pem`,
      '   terraform.tfstate',
      '',
    ]);
    expect(packed).toMatchObject({
      archive: { files: 4, looksSecret: ['.env', 'key\u001B[2J.pem', 'terraform.tfstate'] },
    });
    expect(parseRunRequest({ ...REQUEST, configuration: packed })).toMatchObject({ kind: 'accepted' });
  });

  it('is ended by Ctrl-C: nothing was started, and nothing of the archive is left', async () => {
    const archives = join(scratch, 'archives');
    await writeFile(join(directory, 'large.bin'), '');
    await truncate(join(directory, 'large.bin'), 512 * 1_024 ** 2);
    const { put } = createFolderStore(archives);
    let interrupt = (): void => {};
    const packDirectory: typeof put = (input, options) =>
      put(input, {
        ...options,
        onPacked: (sofar: PackedSoFar) => {
          options?.onPacked?.(sofar);
          if (sofar.bytes > 0) interrupt();
        },
      });
    const onCtrlC = (interrupted: () => void) => {
      interrupt = interrupted;
      return () => {};
    };

    await expect(
      packConfiguration({ workspace: 'hello', dir: directory }, { packDirectory, err, onInterrupt: onCtrlC }),
    ).rejects.toMatchObject({ exit: 'interrupted', message: expect.stringContaining('nothing was started') });
    expect(await readdir(archives)).toEqual([]);
  });
});

const REQUEST = { key: 'k', organization: 'o', workspace: 'w', requestedBy: 'ann' };
const onInterrupt = () => () => {};
