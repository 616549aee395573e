import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tokenFromFile } from './token-source.ts';

describe('tokenFromFile', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-token-'));
    file = join(directory, 'token');
    writeFileSync(file, 'first\n');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('reads a token that was rotated by replacing the file', () => {
    const token = tokenFromFile(file);
    expect(token().reveal()).toBe('first');

    writeFileSync(`${file}.new`, 'other');
    renameSync(`${file}.new`, file);

    expect(token().reveal()).toBe('other');
  });

  it('reads a token that was written over the old one', () => {
    const token = tokenFromFile(file);

    writeFileSync(file, 'a-longer-one');

    expect(token().reveal()).toBe('a-longer-one');
  });

  it.each([
    ['missing', () => rmSync(file)],
    ['empty', () => writeFileSync(file, '')],
  ])('goes on with the last token while the file is %s', (_how, disturb) => {
    const token = tokenFromFile(file);

    disturb();

    expect(token().reveal()).toBe('first');
  });

  it.each([
    ['is empty', ' \n'],
    ['must hold the token and nothing else', 'two words'],
  ])('says that the file %s', (problem, content) => {
    writeFileSync(file, content);

    expect(() => tokenFromFile(file)).toThrow(problem);
  });
});
