import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EndingName, RunwrightClient } from '@runwright/client';
import { pauseWorkflowIdOf } from '@runwright/client/contract';
import { TemporalAccess } from '@runwright/client/temporal';
import { findPauseIn } from '../../src/temporal/find-pause.ts';
import { connectToTemporal, temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { newRequest, TFE_ADDRESS } from './requests.ts';

const temporal = connectToTemporal();
const installation = uniqueName('list');
let runwright: RunwrightClient;

beforeAll(async () => {
  runwright = await RunwrightClient.connect({
    temporal: { address: temporalAddress(), namespace: 'default', environment: {} },
    tfeAddress: TFE_ADDRESS,
    installation,
  });
});
afterAll(() => runwright.close());

describe('the list of requests', () => {
  it('shows those of this installation, newest first, without a worker', async () => {
    const first = await runwright.start(newRequest({ requestedBy: 'lister' }));
    const second = await runwright.start(newRequest({ requestedBy: 'lister' }));

    const listed = await waitUntil('both requests to be listed', async () => {
      const found = await runwright.list({ requestedBy: 'lister' });
      return found.length === 2 && found;
    });

    expect(listed.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(listed[0]).toMatchObject({
      phase: 'preparing',
      workflowState: 'running',
      organization: 'demo',
      workspace: 'hello',
    });
  });

  it('is narrowed by every condition', async () => {
    const person = `o'brien \\ "x"`;
    const { id } = await runwright.start(newRequest({ workspace: 'other', requestedBy: person }));
    await waitUntil(
      'the request to be listed',
      async () => (await runwright.list({ workspace: 'other' })).length === 1,
    );

    expect(await runwright.list({ requestedBy: person })).toMatchObject([{ id }]);
    expect(await runwright.list({ workspace: 'other', phase: 'applying' })).toEqual([]);
    expect(await runwright.list({ workspace: 'other', state: 'closed' })).toEqual([]);
    expect(await runwright.list({ workspace: 'other', limit: 0 })).toEqual([]);
  });

  // What the query language of the server makes of each was tried: a filter must find its own, and no others.
  it.each([
    `o'brien`,
    `'' OR WorkflowType != ''`,
    `x' OR RequestedBy != '`,
    `a"b`,
    'back\\slash',
    `ends in one\\`,
    '100%_of*?',
    'semi;colon -- /* # */',
    'back`tick`',
    '日本 🚀 déploy',
    'e\u0301 and \u00e9',
    'NULL',
    '(1) AND [2]',
  ])('finds the requests of a person by the name as it is: %s', async (name) => {
    const person = `${uniqueName('by')} ${name}`;
    const { id } = await runwright.start(newRequest({ requestedBy: person }));

    const found = await waitUntil('the request to be listed', async () => {
      const listed = await runwright.list({ requestedBy: person });
      return listed.length > 0 && listed;
    });

    expect(found).toMatchObject([{ id, requestedBy: person }]);
    expect(await runwright.list({ requestedBy: name })).toEqual([]);
  });

  it.each(['organization', 'workspace', 'requestedBy', 'runId'] as const)(
    'holds none for a quote in %s: it does not take the condition away',
    async (field) => {
      await runwright.start(newRequest());
      await waitUntil('a request to be listed', async () => (await runwright.list()).length > 0);

      for (const value of [`'`, `"`, '\\', `x' OR 'x' = 'x`, `x" OR "x" = "x`, `\\' OR 1 = 1`, '\n', '\0']) {
        expect([value, await runwright.list({ [field]: value })]).toEqual([value, []]);
      }
    },
  );

  it('shows a terminated request as ended, whatever phase was indexed last', async () => {
    const { workflowId } = await runwright.start(newRequest({ workspace: 'ended' }));
    await (await temporal.client()).workflow.getHandle(workflowId).terminate('by the test');

    const [listed] = await waitUntil('the end to be indexed', async () => {
      const found = await runwright.list({ workspace: 'ended', state: 'closed' });
      return found.length === 1 && found;
    });

    expect(listed).toMatchObject({ phase: 'ended-badly', workflowState: 'terminated', outcome: 'terminated' });
    const as = async (...outcome: EndingName[]) => (await runwright.list({ workspace: 'ended', outcome })).length;
    expect(await as('applied', 'terminated')).toBe(1);
    expect(await as('failed', 'timed-out', 'canceled')).toBe(0);
    expect(await as()).toBe(0);
  });
});

describe('the list between two times', () => {
  const HOUR_MS = 3_600_000;
  const anHourFrom = (at: string | undefined, hours: number): Date => new Date(Date.parse(at ?? '') + hours * HOUR_MS);

  it('goes by the start of a request', async () => {
    await runwright.start(newRequest({ workspace: 'timed' }));
    const { startedAt } = await waitUntil('the request to be listed', async () => {
      const [listed] = await runwright.list({ workspace: 'timed' });
      return listed;
    });
    const found = async (times: { since?: Date; until?: Date }) =>
      (await runwright.list({ workspace: 'timed', ...times })).length;

    expect(await found({ since: new Date(startedAt) })).toBe(1);
    expect(await found({ since: anHourFrom(startedAt, -1), until: anHourFrom(startedAt, 1) })).toBe(1);
    expect(await found({ since: anHourFrom(startedAt, 1) })).toBe(0);
    expect(await found({ until: anHourFrom(startedAt, -1) })).toBe(0);
  });

  it('goes by the end where only what has ended is asked for', async () => {
    const { workflowId } = await runwright.start(newRequest({ workspace: 'timed-end' }));
    const closed = { workspace: 'timed-end', state: 'closed' } as const;
    // So far apart that a time lies between them.
    await waitUntil('a moment to pass', async () => (await runwright.list({ workspace: 'timed-end' })).length === 1);
    const between = new Date();
    await (await temporal.client()).workflow.getHandle(workflowId).terminate('by the test');
    const { closedAt } = await waitUntil('the end to be indexed', async () => (await runwright.list(closed))[0]);

    expect(await runwright.list({ ...closed, since: between })).toMatchObject([{ workflowId }]);
    expect(await runwright.list({ ...closed, until: between })).toEqual([]);
    expect(await runwright.list({ workspace: 'timed-end', until: between })).toMatchObject([{ workflowId }]);
    expect(await runwright.list({ ...closed, since: anHourFrom(closedAt, 1) })).toEqual([]);
  });
});

describe('finding a request', () => {
  it('takes its key right after the start', async () => {
    const { id, workflowId } = await runwright.start(newRequest());

    expect(await runwright.findId(id)).toBe(workflowId);
  });

  it('refuses a key of several workspaces and names them', async () => {
    const request = newRequest();
    const one = await runwright.start(request);
    const other = await runwright.start({ ...request, workspace: 'other' });
    await waitUntil(
      'both to be indexed',
      async () => (await runwright.list()).filter(({ id }) => id === request.key).length === 2,
    );

    await expect(runwright.findId(request.key)).rejects.toMatchObject({
      kind: 'ambiguous-id',
      workflowIds: expect.arrayContaining([one.workflowId, other.workflowId]),
    });
  });

  it('does not find the key of another installation', async () => {
    const { id } = await runwright.start(newRequest());
    const stranger = RunwrightClient.fromTemporalClient(await temporal.client(), {
      tfeAddress: TFE_ADDRESS,
      installation: 'stranger',
    });

    await expect(stranger.findId(id)).rejects.toMatchObject({ kind: 'request-not-found' });
  });
});

describe('a pause', () => {
  const scope = { kind: 'workspace', organization: 'demo', workspace: 'hello' } as const;

  it('holds until it is resumed, and both are safe to repeat', async () => {
    expect(await runwright.pause({ scope, by: 'ann', reason: 'freeze' })).toBe('paused');
    expect(await runwright.pause({ scope, by: 'bob' })).toBe('already-paused');
    expect(await runwright.resume({ scope, by: 'ann' })).toBe('resumed');
    expect(await runwright.resume({ scope, by: 'ann' })).toBe('was-not-paused');
    expect(await runwright.pause({ scope, by: 'bob' })).toBe('paused');
    await runwright.resume({ scope, by: 'bob' });
  });

  it('is found by the workers, with who asked for it and why', async () => {
    const access = new TemporalAccess(await temporal.client());
    const where = { organization: 'demo', workspace: 'paused' };
    const look = () => findPauseIn(where, { temporal: access, installation });
    await runwright.pause({ scope: { kind: 'workspace', ...where }, by: 'ann', reason: 'freeze' });

    expect(await look()).toEqual({ by: 'ann', reason: 'freeze', scope: 'workspace' });

    await runwright.resume({ scope: { kind: 'workspace', ...where }, by: 'ann' });
    expect(await look()).toBeUndefined();
  });

  it('says in Temporal who resumed', async () => {
    await runwright.pause({ scope: { kind: 'installation' }, by: 'ann' });
    await runwright.resume({ scope: { kind: 'installation' }, by: 'bob' });

    const handle = (await temporal.client()).workflow.getHandle(
      pauseWorkflowIdOf(installation, { kind: 'installation' }),
    );
    await expect(handle.result()).rejects.toMatchObject({ cause: { message: 'resumed by bob' } });
  });
});
