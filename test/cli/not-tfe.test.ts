import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { closeAfterTests } from '../support/after-tests.ts';
import { runCliInProcess } from '../support/cli-in-process.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';

const archives = mkdtempSync(join(tmpdir(), 'runwright-not-tfe-'));
closeAfterTests(() => rmSync(archives, { recursive: true }));

async function settingsFor(listener: RequestListener): Promise<Record<string, string>> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  closeAfterTests(() => server.close());
  await once(server, 'listening');
  return {
    TEMPORAL_ADDRESS: temporalAddress(),
    TFE_ADDRESS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    TFE_TOKEN: 'a-token',
    TFE_ORGANIZATION: 'demo',
    RUNWRIGHT_ARCHIVE_DIR: archives,
    RUNWRIGHT_INSTALLATION: uniqueName('nobody'),
  };
}

const NOT_TFE = "this is not TFE's API, check TFE_ADDRESS";

describe.each<[string, RequestListener]>([
  [
    'a page for people',
    (_request, answer) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Log in'),
  ],
  [
    'the way to a login',
    (_request, answer) => answer.writeHead(302, { location: 'https://login.example.com/?secret=planted' }).end(),
  ],
])('where TFE_ADDRESS answers with %s', (_what, listener) => {
  it('the doctor finds no TFE and says what to look at: exit code 5', async () => {
    const { code, stdout } = await runCliInProcess(['doctor', '--workspace', 'hello'], await settingsFor(listener));

    expect(code).toBe(5);
    expect(stdout).toMatch(/✘ tfe +TFE ping: .*\(HTTP \d+\)\n +→ this is not TFE's API, check TFE_ADDRESS/);
    expect(stdout).not.toMatch(/✔ (tfe|token)|planted/);
  });

  it('no request is started: exit code 2', async () => {
    const env = await settingsFor(listener);
    const key = uniqueName('key');

    const run = await runCliInProcess(['run', '--workspace', 'hello', '--key', key], env);

    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(NOT_TFE) });
    expect((await runCliInProcess(['show', key], env)).code).toBe(2);
  });

  it('the list of its runs says the same: exit code 2', async () => {
    const listed = await runCliInProcess(['list', '--tfe', '--workspace', 'hello'], await settingsFor(listener));

    expect(listed).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(NOT_TFE) });
  });
});
