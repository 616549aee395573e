import { describe, expect, it } from '@jest/globals';
import { createOneLook } from './one-look.ts';

/** A look that ends when the test says so. */
function looks() {
  const begun: { key: string; asked: readonly string[]; end: (seen: string) => void; fail: () => void }[] = [];
  const look = (key: string, asked: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) =>
      begun.push({ key, asked, end: resolve, fail: () => reject(new Error('no answer')) }),
    );
  return { begun, look };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('one look', () => {
  it('is under way for a key, and one more for all that came meanwhile', async () => {
    const { begun, look } = looks();
    const ask = createOneLook(look, { keys: 10, waiting: 10 });

    const first = ask('a', '1');
    const later = ['2', '3', '4'].map(async (asked) => await ask('a', asked));
    await turn();
    expect(begun.map(({ asked }) => asked)).toEqual([['1']]);

    begun[0]?.end('old');
    expect(await first).toBe('old');
    await turn();
    expect(begun.map(({ asked }) => asked)).toEqual([['1'], ['2', '3', '4']]);
    begun[1]?.end('new');
    expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
  });

  it('is followed by the next one when it fails, and forgotten when nobody waits', async () => {
    const { begun, look } = looks();
    const ask = createOneLook(look, { keys: 1, waiting: 10 });

    const first = ask('a', '1');
    const second = ask('a', '2');
    expect(ask('b', '1')).toBeUndefined();
    begun[0]?.fail();
    await expect(first).rejects.toThrow('no answer');
    await turn();
    begun[1]?.end('seen');
    expect(await second).toBe('seen');
    await turn();

    void ask('b', '1');
    expect(begun.at(-1)).toMatchObject({ key: 'b' });
  });

  it('keeps no more than it may of what waits, the newest', async () => {
    const { begun, look } = looks();
    const ask = createOneLook(look, { keys: 1, waiting: 3 });
    void ask('a', 'first');
    for (let n = 0; n < 1_000; n += 1) void ask('a', `${n}`);

    begun[0]?.end('seen');
    await turn();

    expect(begun[1]?.asked).toEqual(['997', '998', '999']);
  });
});
