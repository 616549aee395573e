import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Output } from '../cli-deps.ts';
import { createPackingProgress } from './packing-progress.ts';

const MB = 1_024 ** 2;
const HALF_WAY = { files: 3, bytes: 100 * MB, ofFiles: 9, ofBytes: 200 * MB };

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function recorder(terminal: Partial<Output> = {}) {
  const written: string[] = [];
  return { out: { ...terminal, write: (text: string) => void written.push(text) }, written };
}

describe('packing a large directory', () => {
  it('is told in plain lines where there is no terminal, and not at all when it is quick', () => {
    const { out, written } = recorder();
    const progress = createPackingProgress(out, './live');
    jest.advanceTimersByTime(9_000);
    expect(written).toEqual([]);

    jest.advanceTimersByTime(1_000);
    progress.show(HALF_WAY);
    jest.advanceTimersByTime(10_000);
    progress.show({ ...HALF_WAY, files: 9, bytes: 200 * MB });
    jest.advanceTimersByTime(10_000);
    progress.stop();
    jest.advanceTimersByTime(60_000);

    expect(written).toEqual([
      'packing ./live\n',
      'packing 100.0 MB of 200.0 MB, 3 of 9 files of ./live\n',
      'storing 200.0 MB of ./live, packed\n',
    ]);
  });

  it('is one line that moves on a terminal, never wider than it, and gone at the end', () => {
    const { out, written } = recorder({ isTTY: true, columns: 40 });
    const progress = createPackingProgress(out, './live');
    progress.show(HALF_WAY);

    jest.advanceTimersByTime(200);
    progress.stop();

    const [first = '', second = '', last = ''] = written;
    expect([first, second].map((line) => stripVTControlCharacters(line).trim())).toEqual([
      '⠋ packing 100.0 MB of 200.0 MB, 3 of 9…',
      '⠙ packing 100.0 MB of 200.0 MB, 3 of 9…',
    ]);
    expect(stripVTControlCharacters(first).replaceAll('\r', '').length).toBeLessThanOrEqual(40);
    expect(first.startsWith('\r\u001B[2K')).toBe(true);
    expect(last).toBe('\r\u001B[2K');
  });
});
