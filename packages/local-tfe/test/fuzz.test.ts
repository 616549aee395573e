import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ROUTES } from '../src/routes.ts';
import { urlOf } from '../src/http/route.ts';
import type { Endpoint } from '../src/http/route.ts';
import { HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1_500);
const NAMES = [
  'message',
  'auto-apply',
  'is-destroy',
  'plan-only',
  'target-addrs',
  'variables',
  'name',
  'key',
  'value',
  'category',
  'state',
  'serial',
  'md5',
  'body',
  'url',
  'triggers',
  'destination-type',
  'working-directory',
  'vcs-repo',
  'token',
  'email',
  'reason',
];
const QUERIES = [
  'page[number]',
  'page[size]',
  'include',
  'filter[status]',
  'filter[operation]',
  'filter[status_group]',
  'filter[timeframe]',
  'search[basic]',
  'search[user]',
  'search[name]',
  'search[wildcard-name]',
  'search[tags]',
  'q',
  'limit',
  'offset',
  'filter[project][id]',
];

describe('any request at all', () => {
  let tfe: Tfe;
  let ids: string[];
  const broken: unknown[] = [];

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated', deliveries: 'loopback', onError: (error) => broken.push(error) });
    await tfe.organization();
    const workspaceId = await tfe.workspace();
    const configurationId = await tfe.configuration(workspaceId, HELLO);
    const runId = await tfe.run(workspaceId, configurationId, { 'auto-apply': true });
    await tfe.reaches(runId, 'applied');
    const run = tfe.runs()[0];
    const workspace = tfe.services.store.workspaces.require(workspaceId);
    ids = [
      workspaceId,
      configurationId,
      runId,
      run?.planId ?? '',
      run?.applyId ?? '',
      workspace.projectId,
      'acme',
      'network',
    ];
    ids.push(workspace.currentStateVersionId ?? '', tfe.services.store.users.select()[0]?.id ?? '');
  });
  afterAll(() => tfe.close());

  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('', '0', '-1', '1e99', '\u0000', '../..', "'; --", '%'),
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      true,
      null,
      -1,
      1e308,
      '',
      'terraform',
      'run:created',
      ['terraform_data.one'],
      [{ key: 'a', value: '"b"' }],
    ),
  );
  const attributes = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 5 });
  const body = fc.oneof(
    fc.record({
      data: fc.record({
        type: text,
        attributes,
        relationships: fc.dictionary(fc.constantFrom('workspace', 'project', 'run'), value),
      }),
    }),
    attributes,
    fc.jsonValue(),
  );
  const query = fc.dictionary(fc.constantFrom(...QUERIES), text, { maxKeys: 3 });
  // The server goes on when it is asked to: what stops it on purpose is left out.
  const routes = ROUTES.filter(({ path }) => path !== '/outage' && path !== '/faults');
  const keeping = routes.filter(({ method, path }) => method !== 'DELETE' && !path.endsWith('safe-delete'));

  async function send(
    one: Endpoint,
    picks: readonly string[],
    parameters: Record<string, string>,
    sent: unknown,
  ): Promise<number> {
    let at = 0;
    const path = urlOf(one).replaceAll(/:(\w+)/g, () => encodeURIComponent(picks[at++] ?? 'x'));
    const search = new URLSearchParams(parameters).toString();
    const reply = await fetch(`${tfe.address}${path}${search === '' ? '' : `?${search}`}`, {
      method: one.method,
      redirect: 'manual',
      headers: {
        ...(one.door !== 'signed' && { authorization: `Bearer ${tfe.token}` }),
        ...(one.method !== 'GET' && one.body !== undefined && { 'content-type': 'application/vnd.api+json' }),
      },
      ...(one.method !== 'GET' && one.body !== undefined && { body: JSON.stringify(sent) }),
    });
    await reply.arrayBuffer();
    return reply.status;
  }

  // Deletions come last: they leave little for the others to find.
  it.each([
    ['that deletes nothing', keeping, RUNS],
    ['whatsoever', routes, Math.ceil(RUNS / 3)],
  ] as const)('%s is answered without a 5xx, and the server goes on', async (_what, among, numRuns) => {
    const route = fc.constantFrom(...among);
    const picks = fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat() }, { weight: 1, arbitrary: text }), {
      minLength: 2,
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(route, picks, query, body, async (one, picked, parameters, sent) => {
        const chosen = picked.map((pick) => (typeof pick === 'number' ? (ids[pick % ids.length] ?? '') : pick || 'x'));
        const status = await send(one, chosen, parameters, sent);
        // 501 and the like are no answers of TFE; 503 only while a state is processed, which it is not here.
        expect(status).toBeLessThan(500);
      }),
      { numRuns, seed: 20261124 },
    );
    expect(broken).toEqual([]);
    expect((await fetch(`${tfe.address}/_health`)).status).toBe(200);
  });

  it.each([
    ['a path that is no path', 'GET /%zz HTTP/1.1'],
    ['a header without end', `GET /${'x'.repeat(20_000)} HTTP/1.1`],
    ['no HTTP at all', '\u0000\u0001\u0002'],
  ])('survives %s', async (_what, line) => {
    const { connect } = await import('node:net');
    const { hostname, port } = new URL(tfe.address);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.end(`${line}\r\n\r\n`));
      socket.on('close', () => resolve());
      socket.on('error', reject);
      socket.resume();
    });

    expect((await fetch(`${tfe.address}/_health`)).status).toBe(200);
  });
});
