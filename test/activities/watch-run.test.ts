import { afterEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { RunReading } from '@runwright/client/contract';
import type { WatchInput } from '../../src/activities/watch-run.ts';
import { TIMING, useActivities } from './activities-for-tests.ts';
import { PLANNED, runInTfe } from './run-in-tfe.ts';

const activities = useActivities({ engine: 'simulated' });

afterEach(async () => (await activities()).tfe.faults.clear());

/** A run that waits for people, and one look of somebody who knows that. */
async function waiting() {
  const its = await activities();
  const { id: workspaceId } = await its.workspace();
  const run = await runInTfe(its, { workspaceId }, ...PLANNED);
  return { its, run, look: lookAt(run, workspaceId) };
}

const lookAt = (run: RunReading, workspaceId: string): WatchInput => ({
  runId: run.id,
  workspaceId,
  firstExecutionRunId: '33333333-3333-4333-8333-333333333333',
  known: { phase: 'awaiting-confirmation' },
  pace: 'people',
  waitStartedAtMs: Date.now(),
  timing: TIMING,
});

const BENIGN = { type: 'waiting', nonRetryable: false, category: ApplicationFailureCategory.BENIGN };

describe('a look at a run', () => {
  it('is news when the phase differs from the known one', async () => {
    const { its, run, look } = await waiting();

    const news = await its.call('watchRun', { ...look, known: { phase: 'planning' } });

    expect(news).toMatchObject({ reading: { id: run.id, plan: { additions: 1 } }, blocker: null });
  });

  it('brings the planned changes along, once they are wanted', async () => {
    const { its, look } = await waiting();

    const news = await its.call('watchRun', { ...look, known: { phase: 'planning' }, plannedChanges: 'wanted' });

    expect(news.plannedChanges).toEqual({
      listed: [{ address: 'terraform_data.one', action: 'create' }],
      unlisted: [],
    });
  });

  it('brings those of a plan-only run along, which is all that it is made for', async () => {
    const its = await activities();
    const { id: workspaceId } = await its.workspace();
    const run = await runInTfe(its, { workspaceId, options: { mode: 'plan-only' } }, 'planned_and_finished');
    const look = { ...lookAt(run, workspaceId), known: { phase: 'planning' as const } };

    const news = await its.call('watchRun', { ...look, plannedChanges: 'wanted' });

    expect(news.plannedChanges).toEqual({
      listed: [{ address: 'terraform_data.one', action: 'create' }],
      unlisted: [],
    });
  });

  it.each([
    ['just now, pause as short as may be', 0, 50],
    ['1.5 s ago, a tenth of that', 1_500, 150],
    ['an hour ago, no longer than the longest', 3_600_000, 400],
  ])('fails benignly when nothing changed since %s', async (_, agoMs, delayMs) => {
    const { its, run, look } = await waiting();

    const { error } = await its.attempt('watchRun', { ...look, waitStartedAtMs: Date.now() - agoMs });

    expect(error).toMatchObject({
      ...BENIGN,
      message: expect.stringContaining(`Nothing is wrong: ${run.id} is ${run.status},`),
    });
    expect((error as { nextRetryDelay: number }).nextRetryDelay).toBeGreaterThanOrEqual(delayMs);
    expect((error as { nextRetryDelay: number }).nextRetryDelay).toBeLessThan(delayMs + 50);
  });

  it.each([
    ['token-revoked', 'TFE refuses the token (401)'],
    ['not-found', 'TFE refuses to show the run (404)'],
  ] as const)('after %s is looked at again, and is news with the third refusal in a row', async (fault, blocker) => {
    const { its, look } = await waiting();
    its.tfe.faults.add({ match: 'GET /runs/:run_id', fault, times: null });

    const first = await its.attempt('watchRun', look, { info: { attempt: 7 } });
    const second = await its.attempt('watchRun', look, { info: { heartbeatDetails: first.heartbeats.at(-1) } });
    const third = await its.call('watchRun', look, { info: { heartbeatDetails: second.heartbeats.at(-1) } });
    const known = { ...look.known, blocker: third.blocker! };
    const later = await its.attempt('watchRun', { ...look, known }, { info: { attempt: 1 } });

    expect(second.error).toMatchObject(BENIGN);
    expect(third).toMatchObject({ blocker: expect.stringContaining(blocker) });
    expect(later.error).toMatchObject({ ...BENIGN, nextRetryDelay: TIMING.pollRefusedMs });
  });

  it('after refusals that are not in a row is no news', async () => {
    const { its, look } = await waiting();
    its.tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'not-found', times: 2 });
    const first = await its.attempt('watchRun', look);
    const second = await its.attempt('watchRun', look, { info: { heartbeatDetails: first.heartbeats.at(-1) } });
    // Temporal hands on what the newest attempt has told, and one that saw the run tells nothing of refusals.
    const seen = await its.attempt('watchRun', look, { info: { heartbeatDetails: second.heartbeats.at(-1) } });
    its.tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'not-found', times: 1 });
    const third = await its.attempt('watchRun', look, { info: { heartbeatDetails: seen.heartbeats.at(-1) } });

    expect(seen.heartbeats).toEqual([{ refusals: 0 }]);
    expect(third.error).toMatchObject(BENIGN);
  });

  it('tells that the refusal is over', async () => {
    const { its, look } = await waiting();
    const known = { ...look.known, blocker: 'TFE refuses the token (401): renew it' };

    expect(await its.call('watchRun', { ...look, known })).toMatchObject({ blocker: null });
  });

  it('says nothing of an apply that is refused: a look does not end that', async () => {
    const { its, look } = await waiting();
    const known = { ...look.known, blocker: 'TFE refuses the apply: not found (HTTP 404)' };

    expect((await its.attempt('watchRun', { ...look, known })).error).toMatchObject(BENIGN);
  });

  it.each(['reset-before-commit', 'half-body', 'error-before-commit'] as const)(
    'after %s is looked at again, however often',
    async (fault) => {
      const { its, look } = await waiting();
      its.tfe.faults.add({ match: 'GET /runs/:run_id', fault });

      const { error } = await its.attempt('watchRun', look, { info: { attempt: 1_000 } });

      // Not the type of a look that found nothing new: people are shown this one.
      const benign = { nonRetryable: false, category: ApplicationFailureCategory.BENIGN };
      expect(error).toMatchObject({ ...benign, type: 'tfe-refused' });
    },
  );

  it('comes when TFE says, when it is rate limited', async () => {
    const { its, look } = await waiting();
    its.tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'rate-limited', reset: 2.5 });

    expect((await its.attempt('watchRun', look)).error).toMatchObject({ nextRetryDelay: 2_500, nonRetryable: false });
  });
});

describe('a look at a queued run', () => {
  async function queued(comment?: string) {
    const its = await activities();
    const where = await its.workspace();
    its.tfe.people.add({ act: 'lock-workspace', workspace: where.id, ...(comment !== undefined && { comment }) });
    const run = await runInTfe(its, { workspaceId: where.id }, 'pending');
    return { its, where, look: { ...lookAt(run, where.id), known: { phase: 'queued' as const } } };
  }

  it('asks every third time who holds the workspace, and is news when that is new', async () => {
    const { its, look } = await queued('maintenance');

    const first = await its.attempt('watchRun', look, { info: { attempt: 1 } });
    const third = await its.call('watchRun', look, { info: { attempt: 3 } });
    const sixth = await its.attempt(
      'watchRun',
      { ...look, known: { phase: 'queued', blocker: third.blocker! } },
      { info: { attempt: 6 } },
    );

    expect(first.error).toMatchObject(BENIGN);
    expect(third).toEqual({ blocker: expect.stringMatching(/^the workspace is locked by (?!user-).+: maintenance$/) });
    expect(sixth.error).toMatchObject({ ...BENIGN, message: third.blocker });
  });

  it('names the run that is before it', async () => {
    const { its, look: blocking, where } = await queued();
    its.tfe.people.add({ act: 'unlock-workspace', workspace: where.id });
    const run = await runInTfe(its, { workspaceId: where.id }, 'pending');

    const news = await its.call(
      'watchRun',
      { ...lookAt(run, where.id), known: { phase: 'queued' } },
      { info: { attempt: 3 } },
    );

    expect(news.blocker).toContain(blocking.runId);
  });
});

describe('a look while the apply is held', () => {
  const pausedIn = { organization: 'demo', workspace: 'ws' };

  it('is news when the pause is over, without a request to TFE', async () => {
    const { its, look } = await waiting();
    const seen = its.now();

    expect(await its.call('watchRun', { ...look, pausedIn })).toEqual({ pause: 'over' });
    expect(its.tfe.journal.entries({ kind: 'request', after: seen })).toEqual([]);
  });

  it('keeps the blocker when the run moves while the pause lasts', async () => {
    const { its, look } = await waiting();
    const findPause = async () => ({ by: 'olga', scope: 'installation' as const });

    const news = await its.call(
      'watchRun',
      { ...look, known: { phase: 'planning' }, pausedIn },
      { deps: { findPause } },
    );

    expect(news.reading).toBeDefined();
    expect(news).not.toHaveProperty('blocker');
  });
});
