import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../src/stack/program-path.ts';
import { leftOut } from '../../test/support/left-out.ts';
import { read, record } from './record.ts';

describe('a recording', () => {
  it('is read as pieces and when they came, also where a character was cut in two', () => {
    const text = Buffer.from('Script started\n✔ ready\nScript done\n');

    const pieces = read(text, '0.5 1\n0.25 2\n0.25 6\n');

    expect(pieces.map(({ atMs }) => atMs)).toEqual([500, 750, 1000]);
    expect(pieces.map((piece) => piece.text).join('')).toBe('✔ ready');
  });
});

const hasScript = (await findOnPath('script', process.env)) !== undefined;
const withScript = hasScript ? describe : leftOut('recording a terminal', 'There is no "script" (util-linux)');

withScript('recording a command', () => {
  const within = { cwd: tmpdir(), withinMs: 30_000 };

  it('gives it a terminal of its own, as wide as asked for', async () => {
    const command = `sh -c 'test -t 1 && stty size'`;

    const pieces = await record({ command, columns: 72, ...within });

    expect(pieces.map(({ text }) => text).join('')).toMatch(/^\d+ 72\r?\n$/);
  });

  it('fails as the command does', async () => {
    await expect(record({ command: 'false', columns: 80, ...within })).rejects.toMatchObject({ code: 1 });
  });
});
