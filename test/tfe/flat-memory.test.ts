import { describe, expect, it } from '@jest/globals';
import { benchUpload } from '../../bench/upload.ts';

describe('a large configuration', () => {
  it('is packed, kept and uploaded without being held in memory', async () => {
    const { results, growthBytes, isFlat } = await benchUpload(100);

    expect({ growthBytes, isFlat }).toEqual({ growthBytes, isFlat: true });
    expect(results.at(-1)?.archiveBytes).toBeGreaterThan(100 * 1024 ** 2);
  }, 180_000);
});
