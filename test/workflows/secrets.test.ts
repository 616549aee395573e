import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { connectionSettings } from '../../src/stack/runwright-processes.ts';
import type { LocalTfe } from '../../src/local-tfe/server.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { runCli, startCli } from '../support/cli-process.ts';
import { localTfeForTests, makeWorkspace } from '../support/local-tfe.ts';
import { connectToTemporal, temporalAddress, uniqueName } from '../support/temporal.ts';

const temporal = connectToTemporal();

/** Recognisable wherever they turn up, also within longer text. */
const PLANTED = {
  token: 'planted0token.atlasv1.Qx7Zp2Lm9',
  variable: 'planted-variable-Wd4Kf8',
  output: 'planted-output-Rt6Jh3',
  /** In the path of every signed upload and log URL of the local TFE. */
  capability: '_archivist/v1/',
};
/** Not secret: what must be found, else the search proves nothing. */
const PLAIN = 'plain-output-Bv5Ns1';

const CONFIGURATION = [
  'variable "password" {',
  '  type      = string',
  '  sensitive = true',
  '}',
  'resource "terraform_data" "one" {',
  '  input = var.password',
  '}',
  'output "hidden" {',
  `  value     = "${PLANTED.output}-\${var.password}"`,
  '  sensitive = true',
  '}',
  'output "shown" {',
  `  value = "${PLAIN}"`,
  '}',
].join('\n');

const BROKEN = 'variable "password" {}\nresource "terraform_data" "one" {\n  input = nothing.here\n}\n';

/** Everything that came out, by where it came out. */
const seen: Record<string, string> = {};
/** What TFE itself tells whoever holds the token. */
const asked = { tfe: '' };

// One applied request, with lost answers on its way, and one whose plan fails: so that errors and logs are among it.
beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-secrets-'));
  closeAfterTests(() => rmSync(directory, { recursive: true, force: true }));
  const tfe = await localTfeForTests({ token: PLANTED.token });
  const { workspace, organization, id } = await makeWorkspace(tfe, { workspace: uniqueName('ws') });
  await plantVariable(tfe, id);
  const env = {
    ...connectionSettings({
      temporal: { address: temporalAddress(), namespace: 'default' },
      tfe: { address: tfe.address, token: tfe.token },
      archiveDirectory: join(directory, 'archives'),
      installation: uniqueName('secrets'),
    }),
    RUNWRIGHT_LOG_LEVEL: 'debug',
  };
  const worker = startCli(['worker', '--json'], { env, withinMs: 120_000 });
  await worker.line(/"ready":true/);

  const cli = async (name: string, args: string[]): Promise<string> => {
    const { stdout, stderr } = await runCli(args, { env, withinMs: 60_000 });
    seen[`command ${name}`] = stdout + stderr;
    return stdout;
  };
  const request = (files: string, key: string): string[] => {
    const dir = mkdtempSync(join(directory, 'files-'));
    writeFileSync(join(dir, 'main.tf'), files);
    return ['run', '--organization', organization, '--workspace', workspace, '--dir', dir, '--key', key, '--json'];
  };

  tfe.faults.add({ match: 'PUT /_archivist/v1/upload/:token', fault: 'error-before-commit', status: 502 });
  tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'error-before-commit', status: 500 });
  const key = uniqueName('applied');
  const { workflowId } = JSON.parse(await cli('run', request(CONFIGURATION, key))) as { workflowId: string };
  const watched = startCli(['watch', workflowId, '--json'], { env, withinMs: 90_000 });
  await watched.line(/awaiting-confirmation/);
  await cli('show', ['show', workflowId, '--json']);
  await cli('approve', ['approve', workflowId, '--by', 'ben', '--json']);
  const { stdout, stderr } = await watched.ended();
  seen['command watch'] = stdout + stderr;
  await cli('outputs', ['outputs', workflowId, '--json']);
  await cli('outputs, for people', ['outputs', workflowId]);
  await cli('list', ['list', '--json']);
  await cli('logs', ['logs', workflowId]);
  const failed = JSON.parse(await cli('run, to fail', [...request(BROKEN, uniqueName('failed'))])) as {
    workflowId: string;
  };
  await cli('watch, to the failure', ['watch', failed.workflowId]);
  await cli('logs of the failure', ['logs', failed.workflowId]);

  for (const [name, workflow] of [
    ['applied', workflowId],
    ['failed', failed.workflowId],
  ] as const) {
    const handle = (await temporal.client()).workflow.getHandle(workflow);
    seen[`history of the ${name} request`] = textOf(await handle.fetchHistory());
    seen[`search attributes and memo of the ${name} request`] = textOf((await handle.describe()).raw);
    seen[`details of the ${name} request`] = textOf(await handle.query('__temporal_workflow_metadata'));
  }
  asked.tfe = await readRunWithPlan(tfe, workflowId);
  worker.signal('SIGTERM');
  const ended = await worker.ended();
  seen['log of the worker'] = ended.stdout + ended.stderr;
}, 180_000);

async function plantVariable(tfe: { address: string; token: string }, workspaceId: string): Promise<void> {
  const attributes = { key: 'password', value: PLANTED.variable, category: 'terraform', sensitive: true };
  const answer = await fetch(`${tfe.address}/api/v2/workspaces/${workspaceId}/vars`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tfe.token}`, 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({ data: { type: 'vars', attributes } }),
  });
  if (!answer.ok) throw new Error(`the variable was not planted: HTTP ${answer.status}`);
}

async function readRunWithPlan(tfe: LocalTfe, workflowId: string): Promise<string> {
  const run = tfe.runs().find(({ message }) => message?.includes(workflowId));
  const answer = await fetch(`${tfe.address}/api/v2/runs/${run?.id}?include=plan`, {
    headers: { authorization: `Bearer ${tfe.token}` },
  });
  return answer.text();
}

/** Every text and every payload in it, decoded: what anybody sees who may read the namespace. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`;
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('utf8')}\n`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, field]) => `${name}\n${textOf(field)}`)
    .join('');
}

describe('what was planted', () => {
  it.each(Object.entries(PLANTED))('as %s is found nowhere', (_, secret) => {
    const places = Object.entries(seen).filter(([, text]) => text.includes(secret));

    expect(places.map(([place]) => place)).toEqual([]);
  });

  it.each(Object.entries(PLANTED))('as %s is not found as base64 either', (_, secret) => {
    // Three alignments: a secret may begin anywhere in what was encoded.
    const encoded = [0, 1, 2].map((shift) =>
      Buffer.from('x'.repeat(shift) + secret)
        .toString('base64')
        .slice(shift === 0 ? 0 : 4, -4),
    );
    const places = Object.entries(seen).filter(([, text]) => encoded.some((part) => text.includes(part)));

    expect(places.map(([place]) => place)).toEqual([]);
  });
});

// Controls: the places were really looked into.
describe('what is no secret', () => {
  it.each(['history of the applied request', 'command outputs', 'command watch'])('is found in the %s', (place) => {
    expect(seen[place]).toContain(PLAIN);
  });

  it('is found where it belongs: names of outputs, errors, log lines', () => {
    expect(seen['history of the applied request']).toContain('hidden');
    expect(seen['history of the failed request']).toContain('plan-errored');
    expect(seen['log of the worker']).toContain('worker ready');
    expect(seen['search attributes and memo of the applied request']).toContain('TfePhase');
    expect(seen['command logs of the failure']).toContain('nothing');
  });

  it('are the links by which the capability is searched for: TFE gives them to whoever holds the token', () => {
    expect(asked.tfe).toContain(PLANTED.capability);
  });

  it('is every place that was looked into', () => {
    const empty = Object.entries(seen).filter(([, text]) => text.length < 10);

    expect(empty).toEqual([]);
    expect(Object.keys(seen).length).toBeGreaterThanOrEqual(15);
  });
});
