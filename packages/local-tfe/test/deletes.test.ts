import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLog } from '../src/engine/logs.ts';
import { eventually, startTfe } from './support/tfe-driver.ts';
import type { Files, Tfe } from './support/tfe-driver.ts';

describe('what is deleted while terraform applies it', () => {
  let tfe: Tfe;
  let directory: string;
  let faults: unknown[];

  beforeEach(async () => {
    faults = [];
    directory = mkdtempSync(join(tmpdir(), 'local-tfe-deletes-'));
    tfe = await startTfe({ dataDir: join(directory, 'data'), onError: (error) => faults.push(error) });
    await tfe.organization();
  });
  afterEach(async () => {
    await tfe.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** An apply that tells its process and goes on for five minutes. */
  const endless = (): Files => ({
    'main.tf': `resource "terraform_data" "endless" {
  provisioner "local-exec" {
    command = "echo $$ > ${join(directory, 'process')}; exec sleep 300"
  }
}
`,
  });
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const inData = (name: string): string[] => readdirSync(join(directory, 'data', name));

  it.each([
    ['a workspace', '/organizations/acme/workspaces/network'],
    ['an organization', '/organizations/acme'],
  ])('%s takes its process and its files along', async (_what, path) => {
    const workspaceId = await tfe.workspace();
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, endless()), { 'auto-apply': true });
    const pid = await eventually('the apply to be under way', async () => {
      const file = join(directory, 'process');
      return (existsSync(file) && Number(readFileSync(file, 'utf8'))) || undefined;
    });

    expect((await tfe.api('DELETE', path)).status).toBe(204);

    expect((await tfe.api('GET', `/runs/${runId}`)).status).toBe(404);
    await eventually('the process to be gone', async () => (isAlive(pid) ? undefined : true));
    await tfe.services.engine.close(); // waits for what it drives
    expect([inData('files'), inData('work').filter((name) => name.startsWith('ws-'))]).toEqual([[], []]);
    expect(faults).toEqual([]);
  });

  it('gets no log again from what terraform says late', async () => {
    const { services } = tfe;

    await withLog(services, 'apply-1', async (log) => {
      log('early');
      services.blobs.removeAll('apply-1');
      log('late');
    });

    expect(inData('files')).toEqual([]);
  });
});
