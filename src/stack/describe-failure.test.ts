import { describe, expect, it } from '@jest/globals';
import { describeStartFailure } from './describe-failure.ts';

const failure = (facts: { code: string; path?: string }) => Object.assign(new Error(`${facts.code}: raw`), facts);

describe('a stack that did not start', () => {
  it.each([
    ['the disk is full', failure({ code: 'ENOSPC' }), 'the disk is full: make room, or give another --dir'],
    [
      'the directory is somebody else’s',
      failure({ code: 'EACCES', path: '/d' }),
      'this user may not write /d (EACCES): give another --dir',
    ],
    ['the directory is a file', failure({ code: 'EEXIST', path: '/d' }), '/d is no directory: give another --dir'],
    ['it may not listen', failure({ code: 'EACCES' }), 'EACCES: raw'],
    ['something else happened', new Error('words'), 'words'],
  ])('because %s says so', (_what, error, sentence) => {
    expect(describeStartFailure(error)).toBe(sentence);
  });
});
