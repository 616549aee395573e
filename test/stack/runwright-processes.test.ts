import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, fetch as fetchWith } from 'undici';
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
    expect(tfe.caFile).toBeUndefined();
  });

  it('with TLS says where the certificate is that its clients trust', async () => {
    const tfe = await startLocalTfeProcess(stack, {
      token: 't',
      dataDirectory: join(directory, 'tls'),
      flags: ['--tls'],
    });

    const trusting = new Agent({ connect: { ca: readFileSync(tfe.caFile ?? '') } });
    const answer = await fetchWith(`${tfe.address}/_health`, { dispatcher: trusting });
    await trusting.close();
    expect(answer.status).toBe(200);
  });
});
