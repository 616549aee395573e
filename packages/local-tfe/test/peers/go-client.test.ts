import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { closeAfterTests } from '../../../../test/support/after-tests.ts';
import { startCli } from '../../../../test/support/cli-process.ts';
import { leftOut } from '../../../../test/support/left-out.ts';
import { buildGoClient, isOlder, playChapter, whyNoGo, type Place } from './support/go-client.ts';
import { LISTS } from './support/lists.ts';

const LOCAL_TFE = fileURLToPath(new URL('../../bin/local-tfe.js', import.meta.url));
const CONFIGURATION = `resource "terraform_data" "one" {
  input = "hello"
}
output "one" {
  value = terraform_data.one.output
}
`;
const tokens = { admin: 'token-of-admin', colleague: 'token-of-colleague', reader: 'token-of-reader' };

const reason = await whyNoGo();
const withGo = reason === undefined ? describe : leftOut("HashiCorp's Go client on the local TFE", reason);

it.each([
  ['1.24.9', '1.25.0', true],
  ['1.25.0', '1.25.0', false],
  ['1.100.0', '1.25.0', false],
])('Go %s is older than %s: %s', (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected);
});

withGo("HashiCorp's Go client", () => {
  let program: string;
  let place: Place;

  beforeAll(async () => {
    program = await buildGoClient();
    const directory = mkdtempSync(join(tmpdir(), 'go-client-'));
    closeAfterTests(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(join(directory, 'main.tf'), CONFIGURATION);
    const tfe = startCli(['--json', '--list-rate-limit', '0'], {
      program: LOCAL_TFE,
      env: { RUNWRIGHT_LOCAL_TFE_TOKEN: tokens.admin },
      withinMs: 600_000,
    });
    const { address } = JSON.parse(await tfe.line(/"ready":true/)) as { address: string };
    await makeToken(address, { token: tokens.colleague, username: 'colleague', access: 'admin' });
    await makeToken(address, { token: tokens.reader, username: 'reader', access: 'read' });
    place = { address, tokens, directory };
  }, 600_000);

  it('goes from a directory to its outputs: upload, plan, logs, apply, state', async () => {
    const seen = await playChapter(program, 'run', place);

    const oneAdded = { additions: 1, changes: 0, destructions: 0 };
    expect(seen).toMatchObject({
      APIVersion: expect.stringMatching(/^2\.\d+$/),
      Uploaded: 'uploaded',
      PlanStatus: 'finished',
      Plan: oneAdded,
      PlanLog: expect.stringContaining('1 to add, 0 to change, 0 to destroy'),
      PlanDocument: { format_version: expect.any(String), resource_changes: [{ address: 'terraform_data.one' }] },
      Actions: { IsConfirmable: true, IsDiscardable: true, IsCancelable: false, IsForceCancelable: false },
      ApplyStatus: 'finished',
      Apply: oneAdded,
      ApplyLog: expect.stringMatching(/Apply complete! Resources: 1 added/),
      Status: 'applied',
      AppliedAt: true,
      Comments: ['looks good'],
      Events: expect.arrayContaining(['queued', 'planned', 'confirmed', 'applied']),
      Outputs: { one: 'hello' },
      StateOutputs: { one: 'hello' },
    });
    expect((seen as { DownloadBytes: number }).DownloadBytes).toBeGreaterThan(100);
  });

  it('reads a workspace as it was set', async () => {
    const seen = await playChapter(program, 'workspace', place);

    const set = {
      name: 'network',
      description: 'subnets',
      'allow-destroy-plan': false,
      'auto-apply': true,
      'execution-mode': 'remote',
      'file-triggers-enabled': false,
      'global-remote-state': true,
      'queue-all-runs': true,
      'speculative-enabled': false,
      'source-name': 'portal',
      'source-url': 'https://portal.example.com',
      'structured-run-output-enabled': false,
      'terraform-version': '1.9.8',
      'trigger-prefixes': ['modules'],
      'working-directory': 'envs/prod',
      'tag-names': ['prod'],
    };
    expect(seen).toMatchObject({
      'as created': set,
      'by name': set,
      project: 'platform',
      organization: 'go-workspace@example.com',
      permissions: { CanQueueRun: true, CanQueueApply: true, CanLock: true, CanUpdate: true },
      changed: { ...set, name: 'renamed', description: '', 'auto-apply': false, 'tag-names': ['prod', 'eu'] },
      'tags left': ['eu'],
      deleted: 'ErrResourceNotFound',
    });
  });

  it('locks and unlocks, and knows who else holds the lock', async () => {
    expect(await playChapter(program, 'locks', place)).toEqual({
      lock: 'locked',
      'lock again': 'ErrWorkspaceLocked',
      'unlock by a colleague': 'ErrWorkspaceLockedByUser',
      unlock: 'unlocked',
      'unlock again': 'ErrWorkspaceNotLocked',
      'lock by a colleague': 'locked',
      'force-unlock': 'unlocked',
      'force-unlock again': 'ErrWorkspaceNotLocked',
      'lock while a run holds it': 'ErrWorkspaceLocked',
      'unlock while a run holds it': 'ErrWorkspaceLockedByRun',
      'read when the run is over': 'unlocked',
    });
  });

  it('keeps variables, and gets no sensitive value back', async () => {
    const size = {
      Key: 'size',
      Value: '2',
      Description: 'how many',
      Category: 'terraform',
      HCL: true,
      Sensitive: false,
    };
    const secret = { Key: 'PASSWORD', Value: '', Description: '', Category: 'env', HCL: false, Sensitive: true };

    expect(await playChapter(program, 'variables', place)).toEqual({
      'secret as created': secret,
      'secret as read': secret,
      changed: size,
      list: [size, secret],
      every: 2,
      deleted: 'ErrResourceNotFound',
    });
  });

  it('hears of a run from its creation to its end, each delivery signed', async () => {
    const seen = await playChapter(program, 'notifications', place);

    const genuine = { Genuine: true, Forged: false };
    const of = (trigger: string, status: string): object => ({
      Trigger: trigger,
      RunStatus: status,
      Workspace: 'network',
      ...genuine,
    });
    const verification = { Trigger: 'verification', RunStatus: '', Workspace: '', ...genuine };
    expect(seen).toEqual({
      'token as returned': '',
      verification: 1,
      deliveries: [
        verification,
        of('run:created', 'pending'),
        of('run:planning', 'planning'),
        of('run:needs_attention', 'planned'),
        of('run:applying', 'applying'),
        of('run:completed', 'applied'),
      ],
      'last delivery': verification,
      changed: { name: 'quiet', enabled: false },
      deleted: 'ErrResourceNotFound',
    });
  });

  // The provider itself is not built here: this is its sequence of calls, by the library that it is made of.
  it('does what the terraform provider asks of it, and nothing is left', async () => {
    const settings = { 'execution mode': 'remote', own: false, 'auto-apply': false, 'project remote state': false };
    expect(await playChapter(program, 'provider', place)).toEqual({
      'project tags': ['cost=1', 'team=all'],
      'as created': { ...settings, tags: ['team=net', 'cost=1 inherited'] },
      'with settings': {
        'execution mode': 'local',
        own: true,
        'auto-apply': true,
        'project remote state': true,
        tags: ['team=net', 'cost=1 inherited'],
      },
      without: { ...settings, tags: ['cost=1 inherited', 'team=all inherited'] },
      'no consumers': [],
      consumers: ['consumer'],
      'consumers removed': [],
      // The provider knows an empty workspace by these words.
      'destroy without a configuration': expect.stringMatching(/configuration version is missing/i),
      'outputs, destroyed: false': { one: ['hello', 'hello'] },
      'outputs, destroyed: true': {},
      'resources before it is deleted': 0,
      'workspace deleted': 'ErrResourceNotFound',
      'project deleted': 'ErrResourceNotFound',
    });
  }, 120_000);

  it('gets every refusal as the error that it has a type for', async () => {
    expect(await playChapter(program, 'errors', place)).toEqual({
      'a token that is none': 'ErrUnauthorized',
      'a reader reads a run': 'done',
      'a reader creates a run': 'ErrResourceNotFound',
      'a reader applies': 'ErrResourceNotFound',
      'a reader locks': 'ErrResourceNotFound',
      'a workspace that is not there': 'ErrResourceNotFound',
      'a run that is not there': 'ErrResourceNotFound',
      'a plan that is not there': 'ErrResourceNotFound',
      'a workspace of the same name': 'invalid attribute |  | Name has already been taken',
      'an include that is none': 'ErrInvalidIncludeValue',
      'apply a run that is over': 'transition not allowed',
      'discard a run that is over': 'transition not allowed',
      'cancel a run that is over': 'transition not allowed',
      'force-cancel a run that is over': 'transition not allowed',
      'options that contradict each other': 'invalid attribute |  | Refresh only cannot be combined with is destroy',
      'safely delete what manages resources': 'ErrWorkspaceNotSafeToDelete',
      lock: 'done',
      'safely delete what is locked': 'ErrWorkspaceLockedCannotDelete',
      'upload to a made-up URL': 'error HTTP response: 404',
    });
  });

  describe('lists', () => {
    let seen: { lists: Record<string, string[]>; unused: string[]; paging: object[] };
    beforeAll(async () => {
      seen = (await playChapter(program, 'lists', place)) as typeof seen;
    }, 120_000);

    it('with every option that the library has', () => {
      expect(seen.unused).toEqual([]);
    });

    it.each(LISTS)('%s: %j', (question, expected) => {
      expect(seen.lists[question]).toEqual(expected);
    });

    it('and of nothing that is not expected here', () => {
      const includes = Object.keys(seen.lists).filter((question) => question.includes(' include '));
      const known = new Set([...LISTS.map(([question]) => question), ...includes]);
      expect(Object.keys(seen.lists).filter((question) => !known.has(question))).toEqual([]);
      expect(includes.filter((question) => seen.lists[question]?.some((name) => name.startsWith('error')))).toEqual([]);
    });

    it('page by page, to the last', () => {
      expect(seen.paging).toEqual([
        { Page: 1, Pages: 2, Total: 3, Next: 2 },
        { Page: 2, Pages: 2, Total: 3, Next: 0 },
      ]);
    });
  });
});

async function makeToken(address: string, token: Record<string, string>): Promise<void> {
  const answer = await fetch(`${address}/_control/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(token),
  });
  if (answer.status !== 201) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
}
