import { describe, expect, it } from '@jest/globals';
import { within } from './within.ts';

const FOR_EVER = new Promise<string>(() => {});
const late = (): string => 'late';

describe('an answer within a time', () => {
  it('is the one that was asked for', async () => {
    expect(await within(60_000, Promise.resolve('in time'), late)).toBe('in time');
  });

  it('is what is said of those that come late', async () => {
    expect(await within(1, FOR_EVER, late)).toBe('late');
  });

  it('rejects as what was asked does', async () => {
    await expect(within(60_000, Promise.reject(new Error('refused')), late)).rejects.toThrow('refused');
  });

  it('is late, not rejected, when what was asked rejects afterwards', async () => {
    const asked = Promise.withResolvers<string>();
    expect(await within(1, asked.promise, late)).toBe('late');
    asked.reject(new Error('too late'));
  });
});
