import { describe, expect, it } from '@jest/globals';
import { withClosers, type Closers } from './closers.ts';

describe('withClosers', () => {
  it('closes last opened first, and waits for each', async () => {
    const closed: string[] = [];

    const result = await withClosers(async (closers) => {
      closers.push(() => closed.push('connection'));
      closers.push(async () => {
        await Promise.resolve();
        closed.push('worker');
      });
      return 'done';
    });

    expect(result).toBe('done');
    expect(closed).toEqual(['worker', 'connection']);
  });

  it('closes what was opened when the start-up fails half way', async () => {
    const closed: string[] = [];

    const starting = withClosers(async (closers) => {
      closers.push(() => closed.push('connection'));
      throw new Error('no worker');
    });

    await expect(starting).rejects.toThrow('no worker');
    expect(closed).toEqual(['connection']);
  });

  it.each(['throws', 'rejects'])('goes on closing when a closer %s, and reports the first error', async (how) => {
    const closed: string[] = [];
    const failing = (message: string) => (): Promise<void> => {
      if (how === 'throws') throw new Error(message);
      return Promise.reject(new Error(message));
    };

    const closing = withClosers(async (closers) => {
      closers.push(() => closed.push('connection'));
      closers.push(failing('second'));
      closers.push(failing('first'));
    });

    await expect(closing).rejects.toThrow('first');
    expect(closed).toEqual(['connection']);
  });

  it("reports the work's own error rather than one of closing", async () => {
    const work = withClosers(async (closers) => {
      closers.push(() => {
        throw new Error('close failed');
      });
      throw new Error('work failed');
    });

    await expect(work).rejects.toThrow('work failed');
  });

  it('refuses what is opened while it is closing', async () => {
    let late: Closers | undefined;

    await withClosers(async (closers) => {
      late = closers;
    });

    expect(() => late?.push(() => {})).toThrow('opened something');
  });
});
