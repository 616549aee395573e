import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { launch } from './support/launched.ts';
import { document, drive, eventually, HELLO, startTfe, tarball } from './support/tfe-driver.ts';
import type { Files, Tfe } from './support/tfe-driver.ts';
import type { LocalTfe } from '../src/server.ts';

const CHECKED: Files = {
  ...HELLO,
  'local-tfe.json': JSON.stringify({
    fetching: 0,
    'cost-estimate': {},
    policies: [{ name: 'tags' }],
    'task-stages': ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'].map((stage) => ({ stage })),
  }),
};
const EVERY_STATUS = [
  ...['fetching', 'fetching_completed', 'pre_plan_running', 'pre_plan_completed', 'queuing', 'plan_queued', 'planning'],
  ...['planned', 'post_plan_running', 'post_plan_completed', 'cost_estimating', 'cost_estimated', 'policy_checking'],
  ...['policy_checked', 'confirmed', 'pre_apply_running', 'pre_apply_completed', 'queuing_apply', 'apply_queued'],
  ...['applying', 'post_apply_running', 'post_apply_completed', 'applied'],
];

describe('a restart of the local TFE', () => {
  let dataDir: string;
  let tfe: Tfe | undefined;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'local-tfe-test-'));
  });
  afterEach(async () => {
    await tfe?.close();
    tfe = undefined;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('keeps everything: workspaces, runs that wait, outputs, journal, signed URLs', async () => {
    tfe = await startTfe({ dataDir });
    await tfe.organization();
    const workspaceId = await tfe.workspace();
    const configurationId = await tfe.configuration(workspaceId, HELLO);
    const applied = await tfe.run(workspaceId, configurationId, { 'auto-apply': true });
    await tfe.reaches(applied, 'applied');
    const changed = { 'main.tf': `${HELLO['main.tf'] ?? ''}resource "terraform_data" "two" {}\n` };
    const waiting = await tfe.run(workspaceId, await tfe.configuration(workspaceId, changed));
    await tfe.confirmable(waiting);
    const pending = await tfe.run(workspaceId, configurationId);
    const port = Number(new URL(tfe.address).port);
    await tfe.close();

    tfe = await startTfe({ dataDir, port });

    expect((await tfe.api('GET', `/runs/${pending}`)).body.data.attributes.status).toBe('pending');
    expect(await tfe.log(`/runs/${applied}/apply`)).toContain('Apply complete!');
    await tfe.confirmable(waiting);
    expect((await tfe.api('POST', `/runs/${waiting}/actions/apply`)).status).toBe(202);
    await tfe.reaches(waiting, 'applied');
    expect(tfe.journal.entries({ route: 'POST /runs' })).toHaveLength(3);
    await tfe.confirmable(pending);
  });

  it.each(['plan', 'apply'])(
    'in the middle of the %s ends that run as errored and frees the workspace',
    async (phase) => {
      tfe = await startTfe({ dataDir });
      await tfe.organization();
      const workspaceId = await tfe.workspace();
      const files = { ...HELLO, 'local-tfe.json': JSON.stringify({ [phase]: { seconds: 60 } }) };
      const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, files), { 'auto-apply': true });
      await tfe.reaches(runId, phase === 'plan' ? 'planning' : 'applying');
      await tfe.close();

      tfe = await startTfe({ dataDir });

      const run = await tfe.api('GET', `/runs/${runId}`);
      expect(run.body.data.attributes).toMatchObject({
        status: 'errored',
        'error-text': expect.stringContaining('server stopped'),
      });
      expect((await tfe.api('GET', `/runs/${runId}/${phase}`)).body.data.attributes.status).toBe('errored');
      expect((await tfe.log(`/runs/${runId}/${phase}`)).at(-1)).toBe('\u0003');
      expect((await tfe.api('GET', `/workspaces/${workspaceId}`)).body.data.attributes.locked).toBe(false);
    },
  );

  describe.each([
    { what: 'goes on with a run', cancel: false },
    { what: 'ends as canceled a run that was canceled', cancel: true },
  ])('$what', ({ cancel }) => {
    it.each([
      'fetching',
      'fetching_completed',
      'pre_plan_running',
      'pre_plan_completed',
      'queuing',
      'planned',
      'post_plan_running',
      'post_plan_completed',
      'cost_estimating',
      'cost_estimated',
      'policy_checking',
      'policy_checked',
      'pre_apply_running',
      'pre_apply_completed',
      'queuing_apply',
    ])('in %s', async (status) => {
      const runId = await heldRun(status);
      // The cancel reaches only the store: the server ends before its engine knows.
      if (cancel) tfe?.services.store.runs.update(runId, { canceledAt: new Date().toISOString() });
      await tfe?.close();

      tfe = await startTfe({ dataDir, engine: 'simulated' });

      await tfe.reaches(runId, cancel ? 'canceled' : 'applied');
      const events: string[] = (await tfe.api('GET', `/runs/${runId}/run-events`)).body.data.map(
        (event: { attributes: { action: string } }) => event.attributes.action,
      );
      expect(events).toEqual(cancel ? expect.arrayContaining(['canceled']) : [...new Set(events)]);
      if (cancel) return;
      expect(events).toEqual(['queued', ...EVERY_STATUS]);
      expect((await tfe.api('GET', `/runs/${runId}/task-stages`)).body.data).toHaveLength(4);
      expect((await tfe.api('GET', `/runs/${runId}/policy-checks`)).body.data).toHaveLength(1);
    });
  });

  it.each(['post_apply_running', 'post_apply_completed'])(
    'in %s ends the run as applied, canceled or not: the infrastructure is changed',
    async (status) => {
      const runId = await heldRun(status);
      tfe?.services.store.runs.update(runId, { canceledAt: new Date().toISOString() });
      await tfe?.close();

      tfe = await startTfe({ dataDir, engine: 'simulated' });

      await tfe.reaches(runId, 'applied');
    },
  );

  it('keeps the outcomes that the control API has set', async () => {
    tfe = await startTfe({ dataDir, engine: 'simulated' });
    await tfe.organization();
    const workspaceId = await tfe.workspace();
    await tfe.control('PUT', `/workspaces/${workspaceId}/script`, { plan: { error: 'from outside' } });
    await tfe.close();

    tfe = await startTfe({ dataDir, engine: 'simulated' });

    await tfe.reaches(await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO)), 'errored');
  });

  /** A run that a hold keeps in the status; holds do not outlive the server. */
  async function heldRun(status: string): Promise<string> {
    tfe = await startTfe({ dataDir, engine: 'simulated' });
    await tfe.organization();
    const workspaceId = await tfe.workspace();
    await tfe.control('POST', '/holds', { status });
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, CHECKED), { 'auto-apply': true });
    await tfe.reaches(runId, status);
    return runId;
  }

  it('after a kill -9 in the middle of writes has everything that was answered', async () => {
    const first = await launch(['--data-dir', dataDir]);
    const client = drive({ address: first.address, token: 't' } as LocalTfe);
    await client.organization();
    const answered: string[] = [];
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; ; n += 1) answered.push(await client.workspace(`w-${writer}-${n}`));
    };
    const writers = [0, 1, 2, 3].map((writer) => write(writer).catch(() => undefined));
    await new Promise<void>((resolve) => {
      const poll = setInterval(() => {
        if (answered.length < 60) return;
        clearInterval(poll);
        first.child.kill('SIGKILL');
        resolve();
      }, 5);
    });
    await Promise.all(writers);

    tfe = await startTfe({ dataDir });

    const kept = new Set(tfe.services.store.workspaces.select().map(({ id }) => id));
    expect(answered.filter((id) => !kept.has(id))).toEqual([]);
  });

  it('after a kill -9 in the middle of an upload takes the upload again, and keeps nothing of the half one', async () => {
    const unfinished = (): string[] => readdirSync(join(dataDir, 'files')).filter((name) => name.endsWith('.upload'));
    const first = await launch(['--data-dir', dataDir]);
    const client = drive({ address: first.address, token: 't' } as LocalTfe);
    await client.organization();
    const path = `/workspaces/${await client.workspace()}/configuration-versions`;
    const made = await client.api('POST', path, document('configuration-versions', { 'auto-queue-runs': false }));
    const { id, attributes } = made.body.data;
    const half = request(attributes['upload-url'], { method: 'PUT', headers: { 'content-length': 1_000_000 } });
    half.on('error', () => {}); // its other end is killed
    half.write(Buffer.alloc(100_000));
    await eventually('the upload to be under way', async () => (unfinished().length > 0 ? true : undefined));
    first.child.kill('SIGKILL');
    await new Promise((resolve) => first.child.once('exit', resolve));
    expect(unfinished()).toHaveLength(1);

    tfe = await startTfe({ dataDir, engine: 'simulated' });

    expect(unfinished()).toEqual([]);
    const url = `${tfe.address}${new URL(attributes['upload-url']).pathname}`;
    expect((await fetch(url, { method: 'PUT', body: new Uint8Array(await tarball(HELLO)) })).status).toBe(200);
    await eventually('the version to be uploaded', async () => {
      const { status } = (await tfe?.api('GET', `/configuration-versions/${id}`))?.body.data.attributes ?? {};
      return status === 'uploaded' ? true : undefined;
    });
  });

  it('is refused while another server has the data directory', async () => {
    tfe = await startTfe({ dataDir });

    await expect(startTfe({ dataDir })).rejects.toThrow('is in use by another local TFE');
  });

  it('stops on SIGTERM with exit code 0', async () => {
    const { child, ready } = await launch(['--data-dir', dataDir]);
    const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));

    child.kill('SIGTERM');

    expect(await ended).toBe(0);
    expect(ready).toMatchObject({ ready: true, engine: expect.stringMatching(/^(terraform|tofu|simulated)/) });
  });
});
