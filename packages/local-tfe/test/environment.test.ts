import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalTfe } from '../src/server.ts';
import { launch } from './support/launched.ts';
import type { Launched } from './support/launched.ts';
import { drive } from './support/tfe-driver.ts';
import type { Files } from './support/tfe-driver.ts';

/** A configuration that hands out whatever its process was given. */
const CURIOUS: Files = {
  'main.tf': `resource "terraform_data" "curious" {
  provisioner "local-exec" {
    command = "env"
  }
}
`,
};

const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'planted-cloud',
  GITHUB_TOKEN: 'planted-github',
  TFE_TOKEN: 'planted-tfe',
  TF_TOKEN_app_terraform_io: 'planted-hcp',
  DATABASE_URL: 'postgres://you:planted-database@db.example/prod',
  HTTPS_PROXY: 'http://you:planted-proxy@127.0.0.1:1',
};

describe('on a machine with secrets in its environment', () => {
  let directory: string;
  let tfe: Launched | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'local-tfe-environment-'));
  });
  afterEach(async () => {
    await tfe?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function applyLog(flags: readonly string[]): Promise<string> {
    tfe = await launch(['--data-dir', join(directory, 'data'), ...flags], { ...process.env, ...SECRETS });
    const client = drive({ address: tfe.address, token: 't' } as LocalTfe);
    await client.organization();
    const workspaceId = await client.workspace();
    const runId = await client.run(workspaceId, await client.configuration(workspaceId, CURIOUS), {
      'auto-apply': true,
    });
    await client.reaches(runId, 'applied');
    return client.log(`/runs/${runId}/apply`);
  }

  it('a configuration sees none of them, and a home of its own', async () => {
    const log = await applyLog([]);

    expect(log).toContain('PATH=');
    expect(log).not.toContain('planted');
    expect(log).toMatch(new RegExp(`HOME=${directory}/data/work/`));
    expect(log).not.toContain(`HOME=${process.env['HOME']}\n`);
  });

  it('a configuration sees those that were named', async () => {
    const log = await applyLog(['--pass-env', 'AWS_SECRET_ACCESS_KEY', '--pass-env', 'GITHUB_TOKEN']);

    expect(new Set(log.match(/planted-[a-z]+/g))).toEqual(new Set(['planted-cloud', 'planted-github']));
  });

  it('no other user of the machine can read what the server keeps', async () => {
    mkdirSync(join(directory, 'data'), { mode: 0o755 });
    chmodSync(join(directory, 'data'), 0o755); // as somebody made it for the server
    await applyLog(['--tls']).catch(() => undefined); // the driver does not trust its CA: the files are there
    const open = (path: string): boolean => (statSync(path).mode & 0o077) !== 0;

    expect(open(join(directory, 'data'))).toBe(false);
    const entries = readdirSync(join(directory, 'data'), { withFileTypes: true });
    expect(entries.map(({ name }) => name).filter((name) => open(join(directory, 'data', name)))).toEqual([]);
    expect(entries.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['files', 'local-tfe.sqlite', 'local-tfe.sqlite-wal', 'tls', 'work']),
    );
  });
});
