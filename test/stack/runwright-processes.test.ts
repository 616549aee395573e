import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, fetch as fetchWith } from 'undici';
import { startLocalTfeProcess } from '../../src/stack/runwright-processes.ts';
import { openStack, type Stack } from '../../src/stack/stack.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { startCli } from '../support/cli-process.ts';

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

describe('the worker as a process', () => {
  it('is stopped while it starts on a Temporal that takes connections and says nothing: exit code 0', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    closeAfterTests(() => silent.close());
    await once(silent, 'listening');
    const env = {
      TEMPORAL_ADDRESS: `127.0.0.1:${(silent.address() as AddressInfo).port}`,
      TFE_ADDRESS: 'https://tfe.example.com',
      TFE_TOKEN: 'planted',
    };
    const worker = startCli(['worker', '--json'], { env, withinMs: 60_000 });
    await once(silent, 'connection');

    worker.signal('SIGTERM');

    expect(await worker.ended()).toMatchObject({ code: 0, stdout: '' });
  });
});
