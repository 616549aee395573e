import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalTfe } from '../../packages/local-tfe/src/server.ts';
import { startDroppingProxy, type DroppingProxy, type ProxiedRequest } from '../support/dropping-proxy.ts';
import { openLane, type FaultLane } from '../support/fault-lane.ts';
import { faultSeed } from '../support/fault-seed.ts';
import { APPLIED, type StartedRequest } from '../support/request-ledger.ts';
import { temporalAddress, workflowBundle } from '../support/temporal.ts';

let its: FaultLane;
let proxy: DroppingProxy;

// No fault of the local TFE's own: what gets lost, gets lost between the two.
beforeAll(async () => {
  const tfe = await startLocalTfe({ engine: 'simulated', rateLimit: 0, listRateLimitPerMinute: 0 });
  proxy = await startDroppingProxy(tfe.address);
  its = await openLane({
    ...{ temporalAddress: temporalAddress(), workflowBundle: workflowBundle().codePath },
    ...{ tfe, tfeReachedAt: proxy.address },
  });
}, 120_000);
afterAll(async () => {
  await its.close();
  await proxy.close();
}, 60_000);
afterEach(async () => {
  proxy.passOn();
  expect(await its.violations()).toEqual([]);
  expect(its.tfe.faults.list()).toEqual([]);
});

const APPLY = /^\/api\/v2\/runs\/(run-\w+)\/actions\/apply$/;

/** Of each run, how many applies TFE accepted, whether or not the answer arrived. */
function acceptedApplies(log: readonly ProxiedRequest[]): Record<string, number> {
  const accepted: Record<string, number> = {};
  for (const { method, path, upstreamStatus } of log) {
    const runId = APPLY.exec(path)?.[1];
    if (method !== 'POST' || runId === undefined || (upstreamStatus !== 200 && upstreamStatus !== 202)) continue;
    accepted[runId] = (accepted[runId] ?? 0) + 1;
  }
  return accepted;
}

/** One applied run of the request, which the proxy saw accepted once; all others have ended unapplied. */
function expectAppliedOnce(started: StartedRequest): void {
  const runs = its.runsOf(started);
  const applied = runs.filter(({ status }) => status === 'applied');
  expect(applied).toHaveLength(1);
  for (const { status } of runs.filter((run) => run !== applied[0]))
    expect(['discarded', 'canceled']).toContain(status);
  const accepted = acceptedApplies(proxy.log);
  expect(runs.map(({ id }) => accepted[id] ?? 0)).toEqual(runs.map((run) => (run === applied[0] ? 1 : 0)));
}

describe('a proxy that drops one answer', () => {
  it.each([
    ['POST /runs', 'POST', /^\/api\/v2\/runs$/, 201],
    ['the upload', 'PUT', /^\/_archivist\/v1\/upload/, 200],
    ['apply', 'POST', APPLY, 202],
  ])(
    'to %s: the request ends applied exactly once, within a minute',
    async (_, method, path, status) => {
      const before = proxy.log.length;
      proxy.dropNext(method, path);
      const started = await its.start();
      await its.approve(started);

      expect(await its.ending(started, { withinMs: 60_000 })).toMatchObject(APPLIED);
      expectAppliedOnce(started);
      expect(its.runsOf(started)).toHaveLength(1);
      // Control: TFE had done it, and its answer is the only one that was lost.
      const dropped = proxy.log.slice(before).filter(({ answer }) => answer === 'dropped');
      expect(dropped).toEqual([
        { method, path: expect.stringMatching(path), upstreamStatus: status, answer: 'dropped' },
      ]);
    },
    120_000,
  );

  // Control: every request of the worker goes through the proxy, the upload too, or it could not have been lost.
  it('sees all that TFE sees of a request', async () => {
    const before = proxy.log.length;
    const started = await its.start();
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    const seen = proxy.log.slice(before);
    const journal = its.tfe.journal.entries({ kind: 'request' }).filter(({ seq }) => seq > startedAfter(started));
    expect(seen.filter(({ answer }) => answer === 'dropped')).toEqual([]);
    expect(seen).toHaveLength(journal.length);
    expectAppliedOnce(started);
  });
});

describe('a proxy that sends POST /runs on twice', () => {
  it('makes a run that holds the workspace, which is found out and ended: the other is applied', async () => {
    proxy.repeatNext('POST', /^\/api\/v2\/runs$/);
    const started = await its.start();
    await its.approve(started);

    expect(await its.ending(started, { withinMs: 60_000 })).toMatchObject(APPLIED);
    expectAppliedOnce(started);
    // Control: there were two, and nobody had asked for the second.
    expect(its.runsOf(started)).toHaveLength(2);
  });
});

/** The last request before the first one of this workflow: the making of its workspace, which is the test's own. */
function startedAfter(started: StartedRequest): number {
  return its.seen(started, 'GET /organizations/:organization_name/workspaces/:workspace_name')[0]!.seq - 1;
}

describe('a proxy that drops a fifth of all answers', () => {
  const seed = faultSeed();

  it(`at random (seed ${seed}): each of twelve requests ends applied exactly once`, async () => {
    const startedAt = performance.now();
    const before = proxy.log.length;
    proxy.dropAtRandom({ seed, share: 0.2 });
    const requests = await Promise.all(Array.from({ length: 12 }, () => its.start()));
    const endings = await Promise.all(
      requests.map(async (started) => {
        await its.approve(started);
        return its.ending(started, { withinMs: 240_000 });
      }),
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    const log = proxy.log.slice(before);
    const dropped = log.filter(({ answer }) => answer === 'dropped');

    for (const ending of endings) expect(ending).toMatchObject(APPLIED);
    for (const started of requests) expectAppliedOnce(started);
    // Control: about a fifth was lost, writes among it that TFE had carried out.
    expect(dropped.length / log.length).toBeGreaterThan(0.1);
    expect(dropped.some(({ method, upstreamStatus = 999 }) => method !== 'GET' && upstreamStatus < 300)).toBe(true);
    const runs = requests.flatMap((started) => its.runsOf(started));
    process.stderr.write(
      `Dropping proxy, seed ${seed}: ${dropped.length} of ${log.length} answers dropped, ${requests.length} requests, ` +
        `${runs.length} runs, all applied once after ${seconds.toFixed(0)} s\n`,
    );
  }, 300_000);
});
