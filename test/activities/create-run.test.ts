import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { FoundRuns } from '../../src/activities/find-runs.ts';
import type { FaultRequest } from '../../packages/local-tfe/src/control/faults.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { Page } from '../../src/tfe/http/json-api.ts';
import type { Run } from '../../src/tfe/resources/runs.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import {
  TIMING,
  useActivities,
  type ActivitiesForTests,
  type Attempt,
  type Attempted,
} from './activities-for-tests.ts';
import { createRunInput, MARKER } from './run-in-tfe.ts';

const activities = useActivities();

afterEach(async () => {
  jest.restoreAllMocks();
  (await activities()).tfe.faults.clear();
});

type PreparedInput = Awaited<ReturnType<typeof createRunInput>>;

async function prepared() {
  const its = await activities();
  const { id } = await its.workspace();
  const input = await createRunInput(its, { workspaceId: id });
  const seen = its.now();
  return {
    its,
    input,
    posts: () => its.requests('POST /runs', seen),
    runs: () => its.tfe.runs().filter((run) => run.workspaceId === id),
  };
}

describe('createRun', () => {
  it('sends one request, with our marker, and never lets TFE apply by itself', async () => {
    const { its, input, posts, runs } = await prepared();

    const answer = await its.call('createRun', input);

    expect(answer).toMatchObject({
      kind: 'created',
      run: { autoApply: false, configurationVersionId: input.configurationVersionId, message: input.message },
    });
    expect(posts()).toHaveLength(1);
    expect(posts()[0]).toMatchObject({ attributes: { 'auto-apply': false } });
    expect(runs()).toHaveLength(1);
  });

  const DOUBTFUL: (Pick<FaultRequest, 'fault'> & Partial<FaultRequest> & { runs: number })[] = [
    { fault: 'lost-answer-after-commit', runs: 1 },
    { fault: 'half-body', runs: 1 },
    { fault: 'reset-after-commit', runs: 1 },
    { fault: 'silence-after-commit', runs: 1 },
    { fault: 'error-after-commit', status: 502, runs: 1 },
    { fault: 'drop-before-commit', runs: 0 },
    { fault: 'reset-before-commit', runs: 0 },
    { fault: 'silence-before-commit', runs: 0 },
    { fault: 'error-before-commit', status: 500, runs: 0 },
    { fault: 'error-before-commit', status: 503, runs: 0 },
    { fault: 'error-before-commit', status: 408, runs: 0 },
    { fault: 'error-before-commit', status: 413, runs: 0 },
    { fault: 'error-before-commit', status: 418, runs: 0 },
  ];

  it.each(DOUBTFUL)(
    'is in doubt after $fault $status, whether there is a run ($runs) or not',
    async ({ runs: made, ...fault }) => {
      const { its, input, posts, runs } = await prepared();
      its.tfe.faults.add({ match: 'POST /runs', ...fault });

      // Only silence is waited for; on a busy machine a request takes its time to arrive.
      const writeMs = fault.fault.startsWith('silence') ? 1_500 : 20_000;
      const answer = await its.call('createRun', input, { tfe: { timeoutsMs: { writeMs } } });

      expect(answer).toMatchObject({ kind: 'in-doubt', why: expect.stringMatching(/^TFE create run: /) });
      expect(posts()).toHaveLength(1);
      expect(runs()).toHaveLength(made);
    },
  );

  it.each([
    { fault: 'rate-limited', answer: { kind: 'later', retryAfterMs: expect.closeTo(350, -2) } },
    { fault: 'rate-limited-html', answer: { kind: 'later', retryAfterMs: expect.closeTo(350, -2) } },
    { fault: 'token-revoked', answer: { kind: 'refused', type: 'unauthorized' } },
    { fault: 'not-found', answer: { kind: 'refused', type: 'permission-missing' } },
    { fault: 'error-before-commit', status: 403, answer: { kind: 'refused', type: 'permission-missing' } },
    { fault: 'error-before-commit', status: 400, answer: { kind: 'refused', type: 'run-refused' } },
    { fault: 'error-before-commit', status: 409, answer: { kind: 'refused', type: 'run-refused' } },
    { fault: 'error-before-commit', status: 422, answer: { kind: 'refused', type: 'run-refused' } },
  ] as const)('is certain that nothing was made after $fault $status', async ({ answer: expected, ...fault }) => {
    const { its, input, posts, runs } = await prepared();
    its.tfe.faults.add({ match: 'POST /runs', ...fault });

    expect(await its.call('createRun', input)).toMatchObject(expected);
    expect(posts()).toHaveLength(1);
    expect(runs()).toHaveLength(0);
  });

  it('hands on why TFE itself refuses the run', async () => {
    const { its, input, runs } = await prepared();

    const answer = await its.call('createRun', { ...input, configurationVersionId: 'cv-doesNotExist000' });

    expect(answer.kind).toBe('refused');
    expect(runs()).toHaveLength(0);
  });

  it('is certain that nothing was made while TFE still processes the configuration version', async () => {
    const { its, input, runs } = await prepared();
    const { id } = await its.call('createConfigurationVersion', {
      workspaceId: input.workspaceId,
      mode: 'plan-and-apply',
    });

    const answer = await its.call('createRun', { ...input, configurationVersionId: id });

    expect(answer).toEqual({ kind: 'not-processed-yet', message: expect.stringMatching(/still being processed/) });
    expect(runs()).toHaveLength(0);
  });

  it('sends nothing in another execution than the one that may send', async () => {
    const { its, input, posts } = await prepared();

    const answer = await its.call('createRun', { ...input, sender: '22222222-2222-4222-8222-222222222222' });

    expect(answer).toMatchObject({ kind: 'in-doubt', why: expect.stringContaining('reset') });
    expect(posts()).toEqual([]);
  });

  it('sends nothing when the worker was held up for longer than 5 s since it began', async () => {
    const { its, input, posts } = await prepared();
    const realNow = Date.now.bind(Date);
    const heldUp = async () => void jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 5_001);

    const answer = await its.call('createRun', input, { deps: { restoredAtMs: heldUp as never } });

    expect(answer).toMatchObject({ kind: 'in-doubt', why: expect.stringContaining('held up') });
    expect(posts()).toEqual([]);
  });

  it('sends nothing when Temporal had given the attempt up before it began', async () => {
    const { its, input, posts } = await prepared();

    const answer = await its.call('createRun', input, { deps: { attemptState: async () => 'given-up' } });

    expect(answer).toMatchObject({ kind: 'in-doubt', why: expect.stringContaining('given this attempt up') });
    expect(posts()).toEqual([]);
  });

  it('sends when it was held up for less', async () => {
    const { its, input, posts } = await prepared();
    const realNow = Date.now.bind(Date);
    const heldUp = async () => void jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 4_000);

    const answer = await its.call('createRun', input, { deps: { restoredAtMs: heldUp as never } });

    expect(answer.kind).toBe('created');
    expect(posts()).toHaveLength(1);
  });

  it('sends nothing where the namespace was restored after the last look-up', async () => {
    const { its, input, posts } = await prepared();
    const restoredAtMs = async () => input.startedAtMs + 1;

    const before = await its.call('createRun', input, { deps: { restoredAtMs } });
    const after = await its.call(
      'createRun',
      { ...input, lookedUpAtMs: input.startedAtMs + 2 },
      { deps: { restoredAtMs } },
    );

    expect(before).toMatchObject({ kind: 'in-doubt', why: expect.stringContaining('restored') });
    expect(after.kind).toBe('created');
    expect(posts()).toHaveLength(1);
  });
});

const lookUpOf = ({ workspaceId, configurationVersionId, startedAtMs }: PreparedInput) => ({
  workspaceId,
  marker: MARKER,
  configurationVersionIds: [configurationVersionId],
  createdAfterMs: startedAtMs,
  mode: 'plan-and-apply' as const,
  timing: TIMING,
});

/** The attempts of a look-up, each with what the one before has told it, until there is an answer. */
async function lookUp(its: ActivitiesForTests, input: ReturnType<typeof lookUpOf>, deps: Attempt['deps'] = {}) {
  let info: Attempt['info'] = {};
  for (let attempts = 1; attempts <= 5; attempts += 1) {
    const { answer, heartbeats }: Attempted<FoundRuns> = await its.attempt('findRuns', input, { deps, info });
    if (answer?.kind === 'found') return { ...answer, attempts };
    info = { heartbeatDetails: heartbeats.at(-1) };
  }
  throw new Error('five attempts found no end');
}

describe('findRuns', () => {
  it('finds by marker and by configuration version, oldest first, and nobody else’s', async () => {
    const { its, input } = await prepared();
    const byMarker = await its.call('createRun', input);
    const byVersion = await its.call('createRun', { ...input, message: 'the message was cut off' });
    await its.call('createRun', {
      ...(await createRunInput(its, { workspaceId: input.workspaceId })),
      message: 'somebody else’s',
    });

    const { runs, executionRunId } = await lookUp(its, lookUpOf(input));

    const made = [byMarker, byVersion].map((answer) => (answer.kind === 'created' ? answer.run.id : answer.kind));
    expect(runs.map(({ id }) => id)).toEqual(made);
    expect(executionRunId).toBe(input.sender);
  });

  it('finds a run once that moves to the next page while the list is read', async () => {
    const { its, input } = await prepared();
    const client = createTfeClient({ address: its.tfe.address, token: () => its.tfe.token });
    closeAfterTests(() => client.close());
    const { workspaceId } = input;
    const { configurationVersionId } = await createRunInput(its, { workspaceId });
    const createAnother = () =>
      client.runs.create({ workspaceId, configurationVersionId, message: 'somebody else’s', autoApply: false });
    await createAnother(); // alone on the second page
    const ours = await its.call('createRun', input);
    for (let newer = 0; newer < 99; newer++) await createAnother(); // ours is the last of the first page
    const runs = { ...client.runs, list: jest.fn(client.runs.list) };
    runs.list.mockImplementationOnce(async (...asked) => {
      const page = await client.runs.list(...asked);
      await createAnother();
      return page;
    });

    const found = await lookUp(its, lookUpOf(input), { tfe: { ...client, runs } });

    expect(runs.list).toHaveBeenCalledTimes(2);
    expect(found.runs.map(({ id }) => id)).toEqual([ours.kind === 'created' && ours.run.id]);
  });

  /** The local TFE as a server shows itself whose lists are not TFE's. */
  async function listsOf(its: Awaited<ReturnType<typeof activities>>, list: (listed: Page<Run>) => Page<Run>) {
    const client = createTfeClient({ address: its.tfe.address, token: () => its.tfe.token });
    closeAfterTests(() => client.close());
    const runs = { ...client.runs, list: jest.fn(client.runs.list) };
    runs.list.mockImplementation(async (...asked) => list(await client.runs.list(...asked)));
    return { ...client, runs };
  }

  it('ends on a server that gives the same page again and again', async () => {
    const { its, input } = await prepared();
    const ours = await its.call('createRun', input);
    const tfe = await listsOf(its, (listed) => ({ ...listed, nextPage: 2 }));

    const found = await lookUp(its, lookUpOf(input), { tfe });

    expect(tfe.runs.list).toHaveBeenCalledTimes(2);
    expect(found.runs.map(({ id }) => id)).toEqual([ours.kind === 'created' && ours.run.id]);
  });

  function bare(run: Run): Run {
    const entry = { ...run };
    delete entry.message;
    delete entry.configurationVersionId;
    return entry;
  }

  it('reads a run whose list entry tells neither message nor configuration version, one an attempt', async () => {
    const { its, input } = await prepared();
    const { workspaceId } = input;
    await its.call('createRun', { ...(await createRunInput(its, { workspaceId })), message: 'somebody else’s' });
    const ours = await its.call('createRun', input);
    const tfe = await listsOf(its, (listed) => ({ ...listed, items: listed.items.map(bare) }));
    const seen = its.now();
    const requests: number[] = [];
    let heartbeatDetails: unknown;
    let found: FoundRuns | undefined;
    while (found === undefined) {
      const before = its.now();
      const attempted = await its.attempt('findRuns', lookUpOf(input), { deps: { tfe }, info: { heartbeatDetails } });
      requests.push(its.tfe.journal.entries({ kind: 'request', after: before }).length);
      heartbeatDetails = attempted.heartbeats.at(-1);
      found = attempted.answer;
    }

    expect(found).toMatchObject({ runs: [{ id: ours.kind === 'created' && ours.run.id }] });
    expect(requests).toEqual([1, 1, 1]);
    expect(its.requests('GET /runs/:run_id', seen)).toHaveLength(2);
  });

  it('goes on with the page that TFE refused with 429, not with the first one', async () => {
    const { its, input } = await prepared();
    const { workspaceId } = input;
    const ours = await its.call('createRun', input);
    const other = { ...(await createRunInput(its, { workspaceId })), message: 'somebody else’s' };
    for (let newer = 0; newer < 100; newer++) await its.call('createRun', other);
    const asked: (number | undefined)[] = [];
    const client = createTfeClient({ address: its.tfe.address, token: () => its.tfe.token });
    closeAfterTests(() => client.close());
    const list: typeof client.runs.list = (what, options) => {
      asked.push(what.page);
      return client.runs.list(what, options);
    };
    its.tfe.faults.add({ match: 'GET /workspaces/:workspace_id/runs', fault: 'rate-limited', after: 1 });

    const found = await lookUp(its, lookUpOf(input), { tfe: { ...client, runs: { ...client.runs, list } } });

    expect(found.runs.map(({ id }) => id)).toEqual([ours.kind === 'created' && ours.run.id]);
    expect(asked).toEqual([1, 2, 2]);
  });

  it('finds plan-only runs, which TFE leaves out of its lists unless asked', async () => {
    const its = await activities();
    const { id: workspaceId } = await its.workspace();
    const options = { mode: 'plan-only' } as const;
    const input = await createRunInput(its, { workspaceId, options });
    await its.call('createRun', input);

    const found = await its.call('findRuns', {
      ...lookUpOf(input),
      configurationVersionIds: [],
      mode: 'plan-only',
    });
    if (found.kind !== 'found') throw new Error(found.kind);

    expect(found.runs).toHaveLength(1);
  });
});
