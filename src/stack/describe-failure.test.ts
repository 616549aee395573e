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

  it.each([
    [
      'in the last words of that part',
      'starting\nrunwright: the port is taken\n    at start (file.ts:1:1)\n',
      'the port is taken',
    ],
    [
      'with an error that nobody caught, not with the version of Node below it',
      "node:internal/a:1\n  throw new E();\n\nError [ERR_X]: Cannot find package 'p'\n    at a (b:1)\n  code: 'ERR_X'\n}\n\nNode.js v24.1.0\n",
      "Error [ERR_X]: Cannot find package 'p'",
    ],
  ])('because a part of it did not says so %s', (_how, log, sentence) => {
    const directory = mkdtempSync(join(tmpdir(), 'runwright-failure-'));
    const logFile = join(directory, 'log');
    writeFileSync(logFile, log);
    const error = new ChildFailed({ name: 'local-tfe', logFile }, 'ended with exit code 1');

    const described = describeStartFailure(error);
    rmSync(directory, { recursive: true });

    expect(described).toBe(`local-tfe ended with exit code 1: ${sentence} (log: ${logFile})`);
  });

  // No byte is free below /proc: a full disk that is there on every Linux.
  it('because a part of it could not even write why says that the disk is full', () => {
    const error = new ChildFailed({ name: 'local-tfe', logFile: '/proc/log' }, 'ended with exit code 1');

    expect(describeStartFailure(error)).toBe(
      'local-tfe ended with exit code 1: the disk is full: make room, or give another --dir (log: /proc/log)',
    );
  });
});
