import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { symptom, type Symptom } from '../support/symptom.ts';
import { connectToTemporal } from '../support/temporal.ts';

const WITHIN_MS = 400_000;
const temporal = connectToTemporal();

describe('docs/operations.md: a symptom is seen as it says, and its command resolves it', () => {
  it(
    'No worker',
    async () => {
      const its = await symptom();
      await its.ask();

      await its.follow('No worker', 0);
      await its.follow('No worker', 1);

      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      expect(await its.follow('', 0)).toMatch(/waits for +people to decide/);
    },
    WITHIN_MS,
  );

  it(
    'TFE refuses the token',
    async () => {
      const its = await symptom();
      await control(its.tfe, '/tokens', { token: 'the-old-one', username: 'runwright' });
      writeFileSync(its.env['RUNWRIGHT_TFE_TOKEN_FILE']!, 'the-old-one');
      await its.shell('start-worker');
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      await control(its.tfe, '/tokens/revoke', { token: 'the-old-one' });

      await its.follow('TFE refuses the token', 0);
      await newToken(its);
      await its.follow('TFE refuses the token', 1);

      await its.until('the refusal to be over', ({ blocker }) => blocker === undefined);
      expect(its.tfe.runs().map(({ status }) => status)).toEqual(['planned']);
    },
    WITHIN_MS,
  );

  it(
    'The certificate is not trusted',
    async () => {
      const its = await symptom({ tls: 'own-ca' });
      await its.shell('start-worker');
      its.env['CA_FILE'] = its.tfe.caFile!;

      await its.follow('The certificate is not trusted', 0);
      expect(await its.follow('The certificate is not trusted', 1)).toContain('✔ tfe');
    },
    WITHIN_MS,
  );

  it(
    'A run waits behind a lock or another run',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      const lock = `/api/v2/workspaces/${its.workspaceId}/actions/lock`;
      await its.shell(`curl -fsS -o /dev/null -X POST -H "Authorization: Bearer $OWNER_TOKEN" "$TFE_ADDRESS${lock}"`);
      await its.ask();

      await its.follow('A run waits behind a lock or another run', 0);
      await its.follow('A run waits behind a lock or another run', 1);

      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      expect(its.tfe.runs()).toHaveLength(1);
    },
    WITHIN_MS,
  );

  it(
    'Rate limited',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      its.tfe.faults.add({ match: '*', fault: 'rate-limited', times: null, reset: 5 });

      await its.follow('Rate limited', 0);
      await its.follow('Rate limited', 1);
      its.tfe.faults.clear();

      await its.shell('runwright approve deploy-42 && runwright watch deploy-42');
      expect(its.tfe.runs().map(({ status }) => status)).toEqual(['applied']);
    },
    WITHIN_MS,
  );

  it(
    'A run is in doubt',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      its.tfe.faults.add({ match: 'POST /runs', fault: 'drop-after-commit' });
      await its.ask('--timing commitWindow=8s');

      await its.follow('A run is in doubt', 0);
      await its.until('the run to be adopted', ({ phase }) => phase === 'awaiting-confirmation');
      await its.follow('A run is in doubt', 1);

      expect(its.tfe.runs()).toHaveLength(1);
    },
    WITHIN_MS,
  );

  it(
    'A worker was killed in the middle of an apply',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      const hold = its.tfe.holds.add({ status: 'applying' });
      await its.shell('runwright approve deploy-42');
      await its.until('the apply', ({ phase }) => phase === 'applying');
      process.kill(its.workers().at(-1)!, 'SIGKILL');

      await its.follow('A worker was killed in the middle of an apply', 0);
      its.tfe.holds.release(hold.id);
      await its.follow('A worker was killed in the middle of an apply', 1);

      expect(its.tfe.runs().map(({ status }) => status)).toEqual(['applied']);
    },
    WITHIN_MS,
  );

  it(
    'A plan or an apply failed',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      mkdirSync(join(its.directory, 'configuration'));
      const broken = 'resource "terraform_data" "two" {\n  input = nothing.here\n}\n';
      writeFileSync(join(its.directory, 'configuration', 'broken.tf'), broken);
      await its.ask();

      await its.follow('A plan or an apply failed', 0);
      await its.follow('A plan or an apply failed', 1);

      expect(await its.client.view(await its.client.findId('deploy-42'))).toMatchObject({ phase: 'ended-badly' });
    },
    WITHIN_MS,
  );

  it(
    'A workflow was terminated by hand',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      await its.ask();
      const { workflowId } = await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      await terminate(workflowId);

      await its.follow('A workflow was terminated by hand', 0);
      expect(its.tfe.runs()[0]?.status).not.toBe('discarded');
      await its.follow('A workflow was terminated by hand', 1);

      expect(its.tfe.runs()[0]?.status).toBe('discarded');
    },
    WITHIN_MS,
  );
});

async function terminate(workflowId: string): Promise<void> {
  await (await temporal.client()).workflow.getHandle(workflowId).terminate('by hand');
}

async function newToken(its: Symptom): Promise<void> {
  its.env['NEW_TOKEN_FILE'] = join(its.directory, 'new-token');
  writeFileSync(its.env['NEW_TOKEN_FILE'], 'the-new-one', { mode: 0o600 });
  await control(its.tfe, '/tokens', { token: 'the-new-one', username: 'runwright' });
}

/** What only a test does to the local TFE. */
async function control(tfe: LocalTfe, path: string, body: object): Promise<void> {
  const answer = await fetch(`${tfe.address}/_control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tfe.token}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
}
