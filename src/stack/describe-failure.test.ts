import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ChildFailed } from './child-process.ts';
import { describeStartFailure } from './describe-failure.ts';

const failure = (facts: { code: string; path?: string; syscall?: string }) =>
  Object.assign(new Error(`${facts.code}: raw`), facts);

describe('a stack that did not start', () => {
  it.each([
    ['the disk is full', failure({ code: 'ENOSPC' }), 'the disk is full: make room, or give another --dir'],
    [
      'the directory is somebody else’s',
      failure({ code: 'EACCES', path: '/d' }),
      'this user may not write /d (EACCES): give another --dir',
    ],
    [
      'no directory can be made there',
      failure({ code: 'ENOENT', path: '/proc/d', syscall: 'mkdir' }),
      'this user may not write /proc/d (ENOENT): give another --dir',
    ],
    ['the directory is a file', failure({ code: 'EEXIST', path: '/d' }), '/d is no directory: give another --dir'],
    [
      'a port is in use',
      Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:8233'), { code: 'EADDRINUSE' }),
      '127.0.0.1:8233 is in use by another program',
    ],
    ['it may not listen', failure({ code: 'EACCES' }), 'EACCES: raw'],
    ['something else happened', new Error('words'), 'words'],
  ])('because %s says so', (_what, error, sentence) => {
    expect(describeStartFailure(error)).toBe(sentence);
  });

  it('because a part of it did not says so in the last words of that part', () => {
    const directory = mkdtempSync(join(tmpdir(), 'runwright-failure-'));
    const logFile = join(directory, 'log');
    writeFileSync(logFile, 'starting\nrunwright: the port is taken\n    at start (file.ts:1:1)\n');
    const error = new ChildFailed({ name: 'local-tfe', logFile }, 'ended with exit code 1');

    const sentence = describeStartFailure(error);
    rmSync(directory, { recursive: true });

    expect(sentence).toBe(`local-tfe ended with exit code 1: the port is taken (log: ${logFile})`);
  });
});
