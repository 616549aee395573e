import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultName } from '../src/control/faults.ts';
import { document, eventually, HELLO, related, startTfe, tarball } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

interface Case {
  fault: FaultName;
  /** The status that the client sees, or that it sees none. */
  seen: number | 'nothing';
  /** Runs in TFE in the end. */
  runs: 0 | 1;
  options?: Record<string, number>;
}

const CASES: Case[] = [
  { fault: 'drop-before-commit', seen: 'nothing', runs: 0 },
  { fault: 'drop-after-commit', seen: 'nothing', runs: 1 },
  { fault: 'lost-answer-after-commit', seen: 'nothing', runs: 1 },
  { fault: 'half-body', seen: 'nothing', runs: 1 },
  { fault: 'reset-before-commit', seen: 'nothing', runs: 0 },
  { fault: 'reset-after-commit', seen: 'nothing', runs: 1 },
  { fault: 'silence-before-commit', seen: 'nothing', runs: 0 },
  { fault: 'silence-after-commit', seen: 'nothing', runs: 1 },
  { fault: 'late-commit', seen: 'nothing', runs: 1, options: { ms: 30 } },
  { fault: 'error-before-commit', seen: 502, runs: 0, options: { status: 502 } },
  { fault: 'error-after-commit', seen: 500, runs: 1, options: { status: 500 } },
  { fault: 'rate-limited', seen: 429, runs: 0, options: { reset: 0.25 } },
  { fault: 'rate-limited-html', seen: 429, runs: 0 },
  { fault: 'not-found', seen: 404, runs: 0 },
  { fault: 'slow', seen: 201, runs: 1, options: { ms: 10 } },
  { fault: 'token-revoked', seen: 401, runs: 0 },
];

describe('faults of the local TFE', () => {
  let tfe: Tfe;
  let workspaceId: string;
  let configurationId: string;

  beforeEach(async () => {
    tfe = await startTfe({ concurrency: 0 });
    await tfe.organization();
    workspaceId = await tfe.workspace();
    configurationId = await tfe.configuration(workspaceId, HELLO);
  });
  afterEach(() => tfe.close());

  const createRun = async (limitMs = 300): Promise<number | 'nothing'> => {
    const body = document(
      'runs',
      {},
      {
        workspace: related('workspaces', workspaceId),
        'configuration-version': related('configuration-versions', configurationId),
      },
    );
    try {
      const response = await fetch(`${tfe.address}/api/v2/runs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tfe.token}`, 'content-type': 'application/vnd.api+json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(limitMs),
      });
      await response.text();
      return response.status;
    } catch {
      return 'nothing';
    }
  };

  it.each(CASES)('$fault: the client sees $seen, TFE has $runs run(s)', async ({ fault, seen, runs, options }) => {
    const added = await tfe.control('POST', '/faults', { match: 'POST /runs', fault, ...options });
    expect(added.status).toBe(201);

    // Only a silence needs the client's patience to end.
    expect(await createRun(/silence|late/.test(fault) ? 300 : 10_000)).toBe(seen);

    if (runs === 1) await eventually('the run', async () => tfe.runs()[0]);
    expect(tfe.runs()).toHaveLength(runs);
    const [entry] = tfe.journal.entries({ route: 'POST /runs' });
    expect(entry).toMatchObject({
      committed: runs === 1,
      answered: fault === 'half-body' ? 201 : seen === 'nothing' ? 'dropped' : seen,
      fault,
    });
    expect((await tfe.control('GET', '/faults')).body.faults[0]).toMatchObject({ seen: 1, bit: 1 });

    // Control: the fault is used up, the next request is answered.
    expect(await createRun(10_000)).toBe(201);
  });

  it('strikes every second request, after some, on one path only', async () => {
    tfe.faults.add({ match: 'GET *', path: workspaceId, fault: 'not-found', times: null, after: 1, every: 2 });
    const read = async (): Promise<number> => (await tfe.api('GET', `/workspaces/${workspaceId}`)).status;

    expect([await read(), await read(), await read(), await read()]).toEqual([200, 404, 200, 404]);
    expect((await tfe.api('GET', '/organizations/acme')).status).toBe(200);

    tfe.faults.clear();
    expect([await read(), await read()]).toEqual([200, 200]);
  });

  it('shows a run as it was for a while after an action was answered 202', async () => {
    const runId = await tfe.run(workspaceId, configurationId);
    tfe.faults.add({ match: 'POST /runs/:run_id/actions/cancel', fault: 'stale-reads', ms: 150 });

    expect((await tfe.api('POST', `/runs/${runId}/actions/cancel`)).status).toBe(202);

    expect((await tfe.api('GET', `/runs/${runId}`)).body.data.attributes.status).not.toBe('canceled');
    expect(tfe.services.store.runs.require(runId).canceledAt).not.toBeNull();
    await tfe.reaches(runId, 'canceled');
  });

  it('takes an upload that lands after the client gave up', async () => {
    const made = await tfe.api(
      'POST',
      `/workspaces/${workspaceId}/configuration-versions`,
      document('configuration-versions', { 'auto-queue-runs': false }),
    );
    tfe.faults.add({ match: 'PUT /_archivist/v1/upload/:token', fault: 'late-commit', ms: 50 });
    const body = new Uint8Array(await tarball(HELLO));
    const url = made.body.data.attributes['upload-url'];
    await expect(fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(300) })).rejects.toThrow('aborted');

    await eventually('the upload to land', async () => {
      const version = await tfe.api('GET', `/configuration-versions/${made.body.data.id}`);
      return version.body.data.attributes.status === 'uploaded' ? true : undefined;
    });
  });

  it('leaves young runs out of a list that lags', async () => {
    const runId = await tfe.run(workspaceId, configurationId);
    tfe.faults.add({ match: 'GET /workspaces/:workspace_id/runs', fault: 'list-lag', ms: 3_600_000 });
    const list = async (): Promise<string[]> =>
      (await tfe.api('GET', `/workspaces/${workspaceId}/runs`)).body.data.map((run: { id: string }) => run.id);

    expect(await list()).toEqual([]);
    expect(await list()).toEqual([runId]);
  });

  it('is off the network for a while and comes back on the same port', async () => {
    await tfe.outage(150);
    await expect(fetch(`${tfe.address}/_health`)).rejects.toThrow('fetch failed');

    await eventually('the server to be back', () =>
      fetch(`${tfe.address}/_health`).then(
        (r) => r.status,
        () => undefined,
      ),
    );
    expect((await tfe.api('GET', '/organizations/acme')).status).toBe(200);
  });

  it('refuses a malformed fault and says what is wrong', async () => {
    const reply = await tfe.control('POST', '/faults', { match: 'POST /runs', fault: 'nonsense' });

    expect(reply.status).toBe(422);
    expect(reply.body.errors[0].detail).toContain('fault');
    const nowhere = await tfe.control('POST', '/faults', { match: 'POST /walks', fault: 'slow' });
    expect([nowhere.status, nowhere.body.errors[0].detail]).toEqual([422, 'POST /walks matches no route']);
  });
});
