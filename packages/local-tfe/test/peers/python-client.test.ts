import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { closeAfterTests } from '../../../../test/support/after-tests.ts';
import { startCli } from '../../../../test/support/cli-process.ts';
import { leftOut } from '../../../../test/support/left-out.ts';
import type { Place } from './support/go-client.ts';
import { installPythonClient, playInPython } from './support/python-client.ts';
import { LISTS_IN_PYTHON } from './support/python-lists.ts';

const LOCAL_TFE = fileURLToPath(new URL('../../bin/local-tfe.js', import.meta.url));
const CONFIGURATION = `variable "greeting" {
  default = "hello"
}
resource "terraform_data" "one" {
  input = var.greeting
}
output "one" {
  value = terraform_data.one.output
}
output "password" {
  value     = "planted"
  sensitive = true
}
`;
const tokens = { admin: 'token-of-admin', colleague: 'token-of-colleague', reader: 'token-of-reader' };
const NOT_FOUND = 'NotFound 404: Resource not found. Make sure you are authorized and the resource exists.';
const NOT_ALLOWED = 'TFEError 409: transition not allowed';

const python = await installPythonClient();
const withPython =
  'program' in python ? describe : leftOut("HashiCorp's Python client on the local TFE", python.missing);

withPython("HashiCorp's Python client", () => {
  let place: Place;
  const play = async (chapter: string): Promise<unknown> => {
    if (!('program' in python)) throw new Error(python.missing);
    return playInPython(python.program, chapter, place);
  };

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'python-client-'));
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
    const outputs = { one: 'from python', password: null };
    expect(await play('run')).toEqual({
      uploaded: 'uploaded',
      plan: ['finished', 1, 0, 0],
      'plan log': expect.stringContaining('1 to add, 0 to change, 0 to destroy'),
      'plan document': ['terraform_data.one'],
      actions: {
        'is-cancelable': false,
        'is-confirmable': true,
        'is-discardable': true,
        'is-force-cancelable': false,
      },
      apply: ['finished', 1, 0, 0],
      'apply log': expect.stringMatching(/Apply complete! Resources: 1 added/),
      included: { plan: 'finished', apply: 'finished', 'created by': 'admin', workspace: 'network' },
      comments: ['looks good', 'go'],
      events: expect.arrayContaining(['queued', 'planned', 'confirmed', 'applied']),
      outputs,
      'each output': { ...outputs, password: 'planted' },
      'current outputs': outputs,
      resources: ['terraform_data.one'],
      downloads: { configuration: true, state: true },
    });
  }, 120_000);

  it('reads a workspace as it was set, and what stands around it', async () => {
    expect(await play('workspace')).toEqual({
      'as set': true,
      'around it': ['python-workspace', 'platform'],
      permissions: [true, true, true],
      changed: ['renamed', false, 'subnets'],
      tags: ['prod'],
      'tag bindings': ['team=net'],
      'variable sets': [],
      resources: [],
      deleted: NOT_FOUND,
    });
  }, 120_000);

  it('locks and unlocks, and is told who else holds the lock', async () => {
    const locked = 'TFEError 409: Unable to lock workspace. The workspace is already locked.';
    expect(await play('locks')).toEqual({
      lock: 'done',
      reason: 'maintenance',
      'lock again': locked,
      'unlock by a colleague': 'TFEError 409: Unable to unlock workspace. The workspace is locked by User admin.',
      unlock: 'done',
      'unlock again': 'TFEError 409: Unable to unlock workspace. The workspace is not locked.',
      'lock by a colleague': 'done',
      'force-unlock': 'done',
      'lock while a run holds it': locked,
      'unlock while a run holds it': expect.stringMatching(/^TFEError 409: .* The workspace is locked by Run run-/),
      'locked when the run is over': false,
    });
  }, 120_000);

  it('keeps variables, and gets no sensitive value back', async () => {
    const secret = ['PASSWORD', '', 'env', false, true, ''];
    const size = ['size', '2', 'terraform', true, false, 'how many'];
    expect(await play('variables')).toEqual({
      'secret as created': secret,
      'secret as read': secret,
      changed: size,
      list: [size, secret],
      every: 2,
      'the same key again': 'TFEError 422: Key has already been taken',
      deleted: NOT_FOUND,
    });
  }, 120_000);

  it('lists, with every option that it has', async () => {
    expect(await play('lists')).toEqual(LISTS_IN_PYTHON);
  }, 120_000);

  it('gets every refusal as the error that it has a type for', async () => {
    expect(await play('errors')).toEqual({
      'a token that is none': 'AuthError 401: unauthorized',
      'a reader reads a run': 'done',
      'a reader applies': NOT_FOUND,
      'a reader locks': NOT_FOUND,
      'a run that is not there': NOT_FOUND,
      'a workspace of the same name': 'TFEError 422: Name has already been taken',
      'options that contradict each other': 'TFEError 422: Refresh only cannot be combined with is destroy',
      'apply a run that is over': NOT_ALLOWED,
      'discard a run that is over': NOT_ALLOWED,
      'cancel a run that is over': NOT_ALLOWED,
      'force-cancel a run that is over': NOT_ALLOWED,
      'force-execute a run that is over': 'AuthError 403: The run is not pending, or the workspace is not locked.',
      'safely delete what manages resources':
        'TFEError 409: Workspace cannot be safely deleted because it is still managing resources.',
    });
  }, 120_000);
});

async function makeToken(address: string, token: Record<string, string>): Promise<void> {
  const answer = await fetch(`${address}/_control/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(token),
  });
  if (answer.status !== 201) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
}
