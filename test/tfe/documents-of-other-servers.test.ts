import { describe, expect, it } from '@jest/globals';
import { replayed } from './client-for-tests.ts';

describe('the documents of a compatible server', () => {
  it('tell of a run without the relations and permissions that TFE has', async () => {
    const { server, tfe } = await replayed();
    server.reply({
      status: 200,
      json: {
        data: {
          id: 'run-1',
          attributes: {
            status: 'planned',
            actions: { 'is-confirmable': true },
            permissions: null,
            'status-timestamps': null,
            message: null,
            'position-in-queue': 'first',
          },
          relationships: null,
        },
      },
    });

    await expect(tfe.runs.read('run-1')).resolves.toEqual({
      id: 'run-1',
      status: 'planned',
      statusTimestamps: {},
      actions: { isConfirmable: true, isDiscardable: false, isCancelable: false, isForceCancelable: false },
      permissions: {},
    });
  });

  it('tell of a plan whose counts are null until it is finished', async () => {
    const { server, tfe } = await replayed();
    const counts = {
      'resource-additions': null,
      'resource-changes': null,
      'resource-destructions': null,
      'resource-imports': null,
    };
    server.reply({
      status: 200,
      json: {
        data: {
          id: 'plan-1',
          attributes: { status: 'running', 'has-changes': false, ...counts, 'log-read-url': '/log/planted' },
        },
      },
    });

    const plan = await tfe.plans.read('plan-1');

    expect(plan).toMatchObject({ id: 'plan-1', status: 'running', hasChanges: false, counts: {} });
    expect(plan.counts).toEqual({});
    expect(plan.logUrl?.reveal()).toBe(`${server.address}/log/planted`);
  });

  it('tell of an apply without state versions', async () => {
    const { server, tfe } = await replayed();
    server.reply({
      status: 200,
      json: { data: { id: 'apply-1', attributes: { status: 'finished', 'resource-additions': 2 } } },
    });

    await expect(tfe.applies.read('apply-1')).resolves.toEqual({
      id: 'apply-1',
      status: 'finished',
      counts: { additions: 2 },
      statusTimestamps: {},
    });
  });

  it('tell of a server that has no ping', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' });

    await expect(tfe.ping()).resolves.toEqual({});
  });

  it('accept a cancel twice, with a body or without', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 202 }, { status: 202, json: {} });

    await tfe.runs.cancel('run-1');
    await tfe.runs.cancel('run-1', { comment: 'again' });

    expect(server.requests).toHaveLength(2);
  });
});

describe('a server that knows no includes', () => {
  const run = { data: { id: 'run-1', attributes: { status: 'planned' } } };
  const refusal = { status: 400, json: { errors: ['unsupported include parameter'] } };

  it('is asked without them, from then on at once', async () => {
    const { server, tfe } = await replayed();
    server.reply(refusal, { status: 200, json: run }, { status: 200, json: run });

    await expect(tfe.runs.read('run-1', { include: ['plan', 'apply'] })).resolves.toMatchObject({ status: 'planned' });
    await expect(tfe.runs.read('run-1', { include: ['plan', 'apply'] })).resolves.toMatchObject({ status: 'planned' });

    expect(server.requests.map(({ path }) => path)).toEqual([
      '/api/v2/runs/run-1?include=plan%2Capply',
      '/api/v2/runs/run-1',
      '/api/v2/runs/run-1',
    ]);
  });

  it('is told from one that refuses the read itself', async () => {
    const { server, tfe } = await replayed();
    server.reply(refusal, { status: 400 }, { status: 200, json: run });

    await expect(tfe.runs.read('run-1', { include: ['plan'] })).rejects.toMatchObject({ kind: 'invalid' });
    await tfe.runs.read('run-1', { include: ['plan'] });

    expect(server.requests.at(-1)?.path).toBe('/api/v2/runs/run-1?include=plan');
  });
});

describe('a server that ignores page numbers', () => {
  it.each([1, 2, 3])('has no page after page 3 when it names page %i as the next', async (next) => {
    const { server, tfe } = await replayed();
    const meta = { pagination: { 'current-page': 1, 'next-page': next } };
    for (let list = 0; list < 4; list += 1) server.reply({ status: 200, json: { data: [], meta } });

    const pages = [
      await tfe.runs.list({ workspaceId: 'ws-1', page: 3 }),
      await tfe.runs.listOfOrganization({ organization: 'acme', page: 3 }),
      await tfe.organizations.list({ page: 3 }),
      await tfe.stateVersions.outputs('sv-1', { page: 3 }),
    ];

    expect(pages.map(({ nextPage }) => nextPage)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
