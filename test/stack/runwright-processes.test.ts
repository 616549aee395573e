import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalTfeProcess } from '../../src/stack/runwright-processes.ts';
import { openStack, type Stack } from '../../src/stack/stack.ts';

describe('the local TFE as a process', () => {
  let directory: string;
  let stack: Stack;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-processes-'));
    stack = openStack({ directory, environment: { ...process.env, TFE_ADDRESS: 'https://tfe.example.com' } });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('serves where its ready line says, to who has its token', async () => {
    const tfe = await startLocalTfeProcess(stack, { token: 'token-of-the-test' });

    const status = async (token: string): Promise<number> => {
      const answer = await fetch(`${tfe.address}/api/v2/account/details`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return answer.status;
    };
    expect(await status('token-of-the-test')).toBe(200);
    expect(await status('another')).toBe(401);
  });
});
