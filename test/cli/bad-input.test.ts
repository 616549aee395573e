import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { workflowIdOf } from '@runwright/client/contract';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { makeWorkspace } from '../support/local-tfe.ts';
import { uniqueName } from '../support/temporal.ts';
import { commandLine, greeting, SHORT_PAUSES } from './requests-on-a-stack.ts';

const cli = await commandLine({ engine: 'simulated' });
const refused = await commandLine({ engine: 'simulated' }, { workerToken: 'not-a-token' });
const planner = await commandLine({ engine: 'simulated' }, { workerToken: 'token-of-a-planner' });
/** Text that does not compress. */
const noise = (bytes: number): string => randomBytes(bytes / 2).toString('base64');

const TF = { 'main.tf': greeting('world') };

/** Follows a request to its end in a workspace made with these attributes. */
async function runIn(attributes: Record<string, unknown>, files: Record<string, string> = TF, extra: string[] = []) {
  const workspace = uniqueName('ws');
  await makeWorkspace(cli.tfe, { workspace, attributes });
  return await runTo(workspace, files, extra);
}

async function runTo(workspace: string, files: Record<string, string>, extra: string[] = [], on = cli) {
  const args = [
    'run',
    '--workspace',
    workspace,
    '--dir',
    on.directory(files),
    '--wait',
    '--json',
    ...SHORT_PAUSES,
    ...extra,
  ];
  const result = await on.runwright(args);
  return { ...result, ending: result.stdout === '' ? undefined : result.documents().at(-1) };
}

describe('a request that TFE cannot run', () => {
  it('in an unknown workspace fails with exit code 1 and says so', async () => {
    const { code, ending, stderr } = await runTo('nowhere', TF);

    expect({ code, ending }).toMatchObject({
      code: 1,
      ending: { failure: { type: 'workspace-not-found', changed: 'nothing' } },
    });
    expect(stderr).toMatch(/workspace-not-found/);
  });

  it.each<[string, Record<string, unknown>, string[], string]>([
    ['with execution mode local', { 'execution-mode': 'local' }, [], 'workspace-unsuitable'],
    [
      'that takes its configuration from version control',
      { 'vcs-repo': { identifier: 'demo/hello', 'oauth-token-id': 'ot-1' } },
      [],
      'workspace-unsuitable',
    ],
    [
      'that does not allow destroy plans',
      { 'allow-destroy-plan': false },
      ['--mode', 'destroy'],
      'workspace-unsuitable',
    ],
    [
      'whose working directory holds no Terraform file',
      { 'working-directory': 'live/prod' },
      [],
      'configuration-unusable',
    ],
  ])('in a workspace %s fails with exit code 1, and leaves no run', async (_what, attributes, extra, type) => {
    const before = cli.tfe.runs().length;

    const { code, ending } = await runIn(attributes, TF, extra);

    expect({ code, ending }).toMatchObject({ code: 1, ending: { failure: { type, changed: 'nothing' } } });
    expect(cli.tfe.runs()).toHaveLength(before);
  });
});

describe('a worker whose token', () => {
  it('TFE does not accept fails the request with exit code 1 and says so, without the token', async () => {
    const { code, ending, stdout, stderr } = await runTo('hello', TF, [], refused);

    expect({ code, ending }).toMatchObject({
      code: 1,
      ending: { failure: { type: 'unauthorized', changed: 'nothing' } },
    });
    expect(stdout + stderr).not.toContain('not-a-token');
  });

  it('may not apply fails the request before anything is created: exit code 1', async () => {
    const workspace = uniqueName('ws');
    await makeWorkspace(planner.tfe, { workspace });
    await grant(planner.tfe, { token: 'token-of-a-planner', username: 'planner', access: 'plan' });

    const { code, ending } = await runTo(workspace, TF, [], planner);

    expect({ code, ending }).toMatchObject({
      code: 1,
      ending: { failure: { type: 'permission-missing', changed: 'nothing' } },
    });
    expect(planner.tfe.runs()).toEqual([]);
  });
});

async function grant(tfe: LocalTfe, token: { token: string; username: string; access: string }): Promise<void> {
  const headers = { authorization: `Bearer ${tfe.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${tfe.address}/_control/tokens`, {
    method: 'POST',
    headers,
    body: JSON.stringify(token),
  });
  if (!answer.ok) throw new Error(`the token was not made: ${answer.status} ${await answer.text()}`);
}

describe('a directory that cannot be run', () => {
  it.each<[string, () => string, RegExp]>([
    ['is missing', () => '/does/not/exist', /\/does\/not\/exist/],
    ['is empty', () => cli.directory({}), /empty|no .*file/i],
    ['holds no .tf file', () => cli.directory({ 'readme.md': 'hello' }), /\.tf/],
    ['is a file', () => `${cli.directory({ 'main.tf': '' })}/main.tf`, /is a file/],
    [
      'packs larger than it may',
      () => cli.directory({ 'main.tf': '# x', 'large.bin': noise(3_000_000) }),
      /larger than 1048576 bytes.*\.terraformignore/,
    ],
  ])('%s: exit code 2, and nothing is started', async (_what, directory, sentence) => {
    const key = uniqueName('key');

    const result = await cli.runwright([
      'run',
      '--workspace',
      'hello',
      '--dir',
      directory(),
      '--key',
      key,
      '--json',
      '--max-archive',
      '1MB',
    ]);

    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
    const workflowId = workflowIdOf({
      tfeHost: new URL(cli.tfe.address).host,
      organization: 'demo',
      workspace: 'hello',
      key,
    });
    await expect(cli.client.view(workflowId)).rejects.toMatchObject({ kind: 'request-not-found' });
  });
});
