import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionSettings } from '../../src/stack/runwright-processes.ts';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { runCliInProcess } from '../support/cli-in-process.ts';
import { startCli } from '../support/cli-process.ts';
import { localTfeForTests, makeWorkspace } from '../support/local-tfe.ts';
import { temporalAddress, uniqueName, type connectToTemporal } from '../support/temporal.ts';
import { bytesOf, textOf } from './text-of-history.ts';

/** Recognisable wherever they turn up, also within longer text. */
export const PLANTED = {
  token: 'planted0token.atlasv1.Qx7Zp2Lm9',
  variable: 'planted-variable-Wd4Kf8',
  'environment variable': 'planted-environment-Ys2Gn6',
  output: 'planted-output-Rt6Jh3',
  'plan value': 'planted-plan-value-Vc9Pq4',
  'error message': 'planted-detail-Bm3Xw7',
  /** In the path of every signed upload and log URL of the local TFE. */
  capability: '_archivist/v1/',
};
/** Not secret: what must be found, else the search proves nothing. */
export const PLAIN = 'plain-output-Bv5Ns1';

const CONFIGURATION = [
  'variable "password" {',
  '  type      = string',
  '  sensitive = true',
  '}',
  'resource "terraform_data" "one" {',
  `  input = [var.password, "${PLANTED['plan value']}"]`,
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

/** What a provisioner prints stands in the log, and once more in the detail of the error. */
const PRINTING = [
  'variable "password" {',
  '  sensitive = true',
  '}',
  'resource "terraform_data" "printing" {',
  '  triggers_replace = "always"',
  '  provisioner "local-exec" {',
  '    command = "echo $LEAKY ${nonsensitive(var.password)}; exit 3"',
  '  }',
  '}',
  'resource "terraform_data" "checked" {',
  `  input = "${PLANTED['plan value']}"`,
  '  lifecycle {',
  '    postcondition {',
  '      condition     = self.output == "else"',
  `      error_message = "${PLANTED['error message']} is not \${nonsensitive(var.password)}"`,
  '    }',
  '  }',
  '}',
  'output "hidden" {',
  `  value     = "${PLANTED.output}"`,
  '  sensitive = true',
  '}',
].join('\n');

export interface WhereItCameOut {
  /** By whom and where: history, logs, answers. */
  seen: Record<string, string>;
  /** What the caller reads from TFE with a token of its own. */
  ownRight: Record<string, string>;
  /** What TFE itself tells whoever holds the token. */
  tfe: string;
}

/**
 * One applied request, with lost answers on its way, one whose plan fails, and one whose apply fails in a provisioner that
 * prints what it knows: with real terraform, a worker and a gateway as processes.
 */
export async function playPlantedRequests(temporal: ReturnType<typeof connectToTemporal>): Promise<WhereItCameOut> {
  const told: WhereItCameOut = { seen: {}, ownRight: {}, tfe: '' };
  const stage = await setTheStage(told);
  const { request, cli, own, watchToApproval, tfe } = stage;
  tfe.faults.add({ match: 'PUT /_archivist/v1/upload/:token', fault: 'error-before-commit', status: 502 });
  tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'error-before-commit', status: 500 });
  const applied = idIn(await cli('run', request(CONFIGURATION)));
  await watchToApproval(applied, 'watch');
  for (const name of ['outputs', 'logs']) await cli(`${name}, for people`, [name, applied]);
  await cli('outputs', ['outputs', applied, '--json']);
  const failed = idIn(await cli('run, to fail', request(BROKEN)));
  await cli('watch, to the failure', ['watch', failed]);
  await cli('logs of the failure', ['logs', failed]);
  const printed = idIn(await cli('run, to print', request(PRINTING)));
  await watchToApproval(printed, 'watch without a token', {
    TFE_TOKEN: undefined,
    RUNWRIGHT_TFE_TOKEN_FILE: undefined,
  });
  await own('watch, to what was printed', ['watch', printed]);
  await own('logs of what was printed', ['logs', printed]);
  await cli('show what was printed', ['show', printed, '--json']);
  await cli('list', ['list', '--json']);

  for (const [name, workflowId] of Object.entries({ applied, failed, printing: printed })) {
    const handle = (await temporal.client()).workflow.getHandle(workflowId);
    const history = await handle.fetchHistory();
    told.seen[`history of the ${name} request`] = textOf(history);
    told.seen[`bytes of the history of the ${name} request`] = bytesOf(history);
    told.seen[`search attributes and memo of the ${name} request`] = textOf((await handle.describe()).raw);
    told.seen[`details of the ${name} request`] = textOf(await handle.query('__temporal_workflow_metadata'));
    told.seen[`gateway on the ${name} request`] = await stage.gateway(`/v1/requests/${encodeURIComponent(workflowId)}`);
  }
  told.seen['gateway, its list'] = await stage.gateway('/v1/requests');
  told.tfe = await readRunWithPlan(tfe, applied);
  await stage.strike();
  return told;
}

async function setTheStage({ seen, ownRight }: WhereItCameOut) {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-secrets-'));
  closeAfterTests(() => rmSync(directory, { recursive: true, force: true }));
  const tfe = await localTfeForTests({ token: PLANTED.token });
  const { workspace, organization, id } = await makeWorkspace(tfe, { workspace: uniqueName('ws') });
  await plantVariable(tfe, id, { key: 'password', value: PLANTED.variable, category: 'terraform' });
  await plantVariable(tfe, id, { key: 'LEAKY', value: PLANTED['environment variable'], category: 'env' });
  const gatewayToken = 'a-token-of-the-gateway-that-is-long-enough';
  const env = {
    ...connectionSettings({
      temporal: { address: temporalAddress(), namespace: 'default' },
      tfe: { address: tfe.address, token: tfe.token },
      archiveDirectory: join(directory, 'archives'),
      installation: uniqueName('secrets'),
    }),
    RUNWRIGHT_LOG_LEVEL: 'debug',
    RUNWRIGHT_GATEWAY_TOKEN: gatewayToken,
  };
  const worker = startCli(['worker', '--json'], { env, withinMs: 120_000 });
  const gateway = startCli(['gateway', '--json', '--listen', '127.0.0.1:0'], { env, withinMs: 120_000 });
  await worker.line(/"ready":true/);
  const { address } = JSON.parse(await gateway.line(/"ready":true/)) as { address: string };

  const into = (places: Record<string, string>) => async (name: string, args: string[]) => {
    const { stdout, stderr } = await runCliInProcess(args, env);
    places[`command ${name}`] = stdout + stderr;
    return stdout;
  };
  const cli = into(seen);
  return {
    tfe,
    cli,
    own: into(ownRight),
    request: (files: string): string[] => {
      const dir = mkdtempSync(join(directory, 'files-'));
      writeFileSync(join(dir, 'main.tf'), files);
      const where = ['--organization', organization, '--workspace', workspace, '--dir', dir];
      return ['run', ...where, '--key', uniqueName('key'), '--json'];
    },
    /** Follows the request to its end, and approves it on the way. */
    watchToApproval: async (workflowId: string, name: string, less: Record<string, undefined> = {}): Promise<void> => {
      const watched = startCli(['watch', workflowId, '--json'], { env: { ...env, ...less }, withinMs: 90_000 });
      await watched.line(/awaiting-confirmation/);
      await cli('show', ['show', workflowId, '--json']);
      await cli('approve', ['approve', workflowId, '--by', 'ben', '--json']);
      const { stdout, stderr } = await watched.ended();
      seen[`command ${name}`] = stdout + stderr;
    },
    gateway: async (path: string): Promise<string> => {
      const headers = { authorization: `Bearer ${gatewayToken}` };
      return await (await fetch(`${address}${path}`, { headers })).text();
    },
    strike: async (): Promise<void> => {
      for (const [name, process] of Object.entries({ worker, gateway })) {
        process.signal('SIGTERM');
        const { stdout, stderr } = await process.ended();
        seen[`log of the ${name}`] = stdout + stderr;
      }
    },
  };
}

const idIn = (stdout: string): string => (JSON.parse(stdout) as { workflowId: string }).workflowId;

async function plantVariable(
  tfe: LocalTfe,
  workspaceId: string,
  variable: { key: string; value: string; category: 'terraform' | 'env' },
): Promise<void> {
  const answer = await fetch(`${tfe.address}/api/v2/workspaces/${workspaceId}/vars`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tfe.token}`, 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({ data: { type: 'vars', attributes: { ...variable, sensitive: true } } }),
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
