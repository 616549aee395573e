import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { useActivities, type ActivitiesForTests } from './activities-for-tests.ts';
import { PLANNED, reaches, runInTfe } from './run-in-tfe.ts';

const activities = useActivities();

afterEach(async () => {
  jest.restoreAllMocks();
  (await activities()).tfe.faults.clear();
});

async function planned() {
  const its = await activities();
  const { id: workspaceId, organization, workspace } = await its.workspace();
  const { id: runId } = await runInTfe(its, { workspaceId }, ...PLANNED);
  return { its, runId, apply: { runId, comment: 'Approved by ben', organization, workspace } };
}

const applies = (its: ActivitiesForTests, runId: string) =>
  its
    .requests('POST /runs/:run_id/actions/apply')
    .filter((entry) => entry.kind === 'request' && entry.path.includes(runId));

describe('applyRun', () => {
  it('applies with a comment that names who decided', async () => {
    const { its, runId, apply } = await planned();

    expect(await its.call('applyRun', apply)).toEqual({ kind: 'accepted' });

    await reaches(its, runId, 'applied');
    expect(applies(its, runId)).toHaveLength(1);
    expect(applies(its, runId)[0]).toMatchObject({
      attributes: { comment: expect.stringMatching(/^Approved by ben \[signed [\w-]{8}\.[\w-]{43}\]$/) },
    });
  });

  it.each([
    ['installation', 'all applies are paused by olga: release day'],
    ['workspace', /^applies in demo\/ws-\w+ are paused by olga: release day$/],
  ] as const)('sends nothing while the %s is paused, and says who asked for it', async (scope, blocker) => {
    const { its, runId, apply } = await planned();
    const findPause = async () => ({ by: 'olga', reason: 'release day', scope });

    const answer = await its.call('applyRun', apply, { deps: { findPause } });

    expect(answer).toMatchObject({ kind: 'paused', blocker: expect.stringMatching(blocker) });
    expect(applies(its, runId)).toEqual([]);
  });

  it('sends nothing when it was held up while it asked for a pause', async () => {
    const { its, runId, apply } = await planned();
    const realNow = Date.now.bind(Date);
    const findPause = async () => void jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 5_001);

    const answer = await its.call('applyRun', apply, { deps: { findPause: findPause as never } });

    expect(answer).toMatchObject({ kind: 'in-doubt', why: expect.stringContaining('held up') });
    expect(applies(its, runId)).toEqual([]);
  });

  it('is refused by TFE where the run is past it, without changing anything', async () => {
    const { its, runId, apply } = await planned();
    await its.call('discardRun', { runId, comment: 'no' });
    await reaches(its, runId, 'discarded');

    expect(await its.call('applyRun', apply)).toMatchObject({ kind: 'refused' });
    expect((await its.call('readRun', { runId })).reading?.status).toBe('discarded');
  });
});

describe('every act on a run', () => {
  const ACTS = [
    ['applyRun', 'apply'],
    ['discardRun', 'discard'],
    ['cancelRun', 'cancel'],
  ] as const;
  const ANSWERS = [
    [{ fault: 'lost-answer-after-commit' }, 'in-doubt'],
    [{ fault: 'reset-before-commit' }, 'in-doubt'],
    [{ fault: 'error-before-commit', status: 500 }, 'in-doubt'],
    [{ fault: 'error-before-commit', status: 408 }, 'in-doubt'],
    [{ fault: 'rate-limited' }, 'later'],
    [{ fault: 'token-revoked' }, 'refused'],
    [{ fault: 'not-found' }, 'refused'],
    [{ fault: 'error-before-commit', status: 409 }, 'refused'],
  ] as const;
  let made: ReturnType<typeof planned> | undefined;
  /** A run of the request, whatever became of it in the rows before. */
  async function anyRun() {
    const { its, apply } = await (made ??= planned());
    return { its, input: apply };
  }

  const ROWS = ACTS.flatMap(([name, action]) => ANSWERS.map(([fault, kind]) => ({ name, action, kind, ...fault })));

  it.each(ROWS)('$name after $fault $status is $kind', async ({ name, action, kind, ...fault }) => {
    const { its, input } = await anyRun();
    const seen = its.now();
    its.tfe.faults.add({ match: `POST /runs/:run_id/actions/${action}`, ...fault });

    const answer = await its.call(name, input);

    expect(answer.kind).toBe(kind);
    expect(its.requests(`POST /runs/:run_id/actions/${action}`, seen)).toHaveLength(1);
  });

  it.each(ACTS)('%s sends nothing when Temporal had given the attempt up before it began', async (name, action) => {
    const { its, input } = await anyRun();
    const seen = its.now();

    const answer = await its.call(name, input, { deps: { attemptState: async () => 'given-up' } });

    expect(answer).toMatchObject({ kind: 'in-doubt', why: expect.stringContaining('given this attempt up') });
    expect(its.requests(`POST /runs/:run_id/actions/${action}`, seen)).toEqual([]);
  });

  it('tells when a rate limited act may be sent, as TFE says', async () => {
    const { its, input } = await anyRun();
    its.tfe.faults.add({ match: 'POST /runs/:run_id/actions/discard', fault: 'rate-limited', reset: 1.5 });

    expect(await its.call('discardRun', input)).toEqual({
      kind: 'later',
      retryAfterMs: 1_500,
    });
  });
});

describe('cancelRun', () => {
  it('stops a plan that runs', async () => {
    const its = await activities();
    const { id: workspaceId } = await its.workspace();
    const files = { 'main.tf': '', 'local-tfe.json': JSON.stringify({ plan: { seconds: 60 } }) };
    const { id: runId } = await runInTfe(its, { workspaceId, files }, 'planning');

    expect(await its.call('cancelRun', { runId, comment: 'enough' })).toEqual({ kind: 'accepted' });
    expect((await reaches(its, runId, 'canceled')).status).toBe('canceled');
  });
});
