import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { TfeClient } from '../../src/tfe/client.ts';
import { startReplayServer } from './replay-server.ts';
import type { ReplayServer } from './replay-server.ts';

let server: ReplayServer;
let tfe: TfeClient;

beforeEach(async () => {
  server = await startReplayServer();
  tfe = createTfeClient({
    address: server.address,
    token: () => 'planted-token',
    timeoutsMs: { readMs: 2_000, writeMs: 2_000 },
  });
});

afterEach(async () => {
  await tfe.close();
  await server.close();
});

const pendingRun = {
  data: {
    id: 'run-1',
    type: 'runs',
    attributes: { status: 'pending', 'auto-apply': false, message: 'm', 'plan-only': false },
    relationships: { 'configuration-version': { data: { id: 'cv-1', type: 'configuration-versions' } } },
  },
};

describe('creating a run', () => {
  it('sends one JSON:API document with exactly the options that were given', async () => {
    server.reply({ status: 201, json: pendingRun });

    const run = await tfe.runs.create({
      workspaceId: 'ws-1',
      configurationVersionId: 'cv-1',
      message: 'm',
      autoApply: false,
      variables: { audience: '"world"' },
    });

    expect(run).toMatchObject({ id: 'run-1', status: 'pending', configurationVersionId: 'cv-1', autoApply: false });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/api/v2/runs' });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer planted-token',
      'content-type': 'application/vnd.api+json',
      'content-length': String(server.requests[0]?.bodyBytes),
    });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      data: {
        type: 'runs',
        attributes: { message: 'm', 'auto-apply': false, variables: [{ key: 'audience', value: '"world"' }] },
        relationships: {
          workspace: { data: { type: 'workspaces', id: 'ws-1' } },
          'configuration-version': { data: { type: 'configuration-versions', id: 'cv-1' } },
        },
      },
    });
  });

  it.each(['drop-connection', { status: 503, body: '<html>Bad gateway</html>' }] as const)(
    'sends nothing a second time after %j',
    async (reply) => {
      server.reply(reply, { status: 201, json: pendingRun });

      await expect(tfe.runs.create({ workspaceId: 'ws-1' })).rejects.toMatchObject({ name: 'TfeError' });

      expect(server.requests).toHaveLength(1);
    },
  );
});

describe('acting on a run', () => {
  it('applies with the comment as plain JSON', async () => {
    server.reply({ status: 202 });

    await tfe.runs.apply('run-1', { comment: 'Looks good to me' });

    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/v2/runs/run-1/actions/apply',
      body: '{"comment":"Looks good to me"}',
    });
  });

  it('applies without a body when there is no comment', async () => {
    server.reply({ status: 202 });

    await tfe.runs.apply('run-1');

    expect(server.requests[0]).toMatchObject({ bodyBytes: 0 });
  });

  it('never lets an id leave its place in the path', async () => {
    server.reply({ status: 404 });

    await expect(tfe.runs.read('../organizations')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(tfe.runs.read('..')).rejects.toMatchObject({ kind: 'invalid' });

    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v2/runs/..%2Forganizations']);
  });
});
