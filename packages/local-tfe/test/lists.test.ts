import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

describe('lists', () => {
  let tfe: Tfe;
  let runs: string[];
  let listed: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    listed = await tfe.workspace('listed');
    const cv = await tfe.configuration(listed, HELLO);
    const first = await tfe.run(listed, cv, { message: 'the first [marker 1]', 'auto-apply': true });
    await tfe.reaches(first, 'applied');
    const second = await tfe.run(listed, cv, { message: 'second', 'is-destroy': true });
    await tfe.confirmable(second);
    const third = await tfe.run(listed, cv, { message: 'third', 'plan-only': true });
    await tfe.reaches(third, 'planned_and_finished');
    runs = [first, second, third];
  });

  afterAll(() => tfe.close());

  const ids = async (query: string): Promise<number[]> => {
    const reply = await tfe.api('GET', `/workspaces/${listed}/runs?${query}`);
    return reply.body.data.map((run: { id: string }) => runs.indexOf(run.id));
  };

  it.each([
    ['', [1, 0]],
    ['filter[operation]=plan_only', [2]],
    ['filter[operation]=plan_only,destroy', [2, 1]],
    ['filter[operation]=plan_and_apply', [0]],
    ['filter[status]=applied,planned', [1, 0]],
    ['filter[status_group]=final', [0]],
    ['filter[status_group]=non_final', [1]],
    ['filter[status_group]=discardable', [1]],
    ['filter[source]=tfe-ui', []],
    ['search[basic]=marker', [0]],
    ['search[user]=admin', [1, 0]],
    ['search[user]=nobody', []],
    ['filter[timeframe]=year', [1, 0]],
    ['filter[timeframe]=1999', []],
    ['page[size]=1', [1]],
    ['page[size]=1&page[number]=2', [0]],
  ])('of runs with %j give %j', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it('of runs are followed by their links, and stay filtered', async () => {
    const path = `/workspaces/${listed}/runs?filter[operation]=plan_only,destroy&search[user]=admin&page[size]=1`;
    const seen: number[] = [];
    let url: string | null = `${tfe.address}/api/v2${path}`;
    for (let pages = 0; url !== null && pages < 5; pages += 1) {
      const answer: Response = await fetch(url, { headers: { authorization: `Bearer ${tfe.token}` } });
      const { data, links } = (await answer.json()) as { data: { id: string }[]; links: { next: string | null } };
      seen.push(...data.map(({ id }) => runs.indexOf(id)));
      url = links.next;
    }

    expect(seen).toEqual([2, 1]);
  });

  it.each(['0x10', '1e2', '1.5', 'x', '99999999999999999999'])('have no page %s', async (page) => {
    const reply = await tfe.api('GET', `/workspaces/${listed}/runs?page[number]=${page}`);

    expect([reply.status, reply.body.errors[0].source]).toEqual([400, { parameter: 'page[number]' }]);
  });

  it.each([
    ['-1', 1],
    ['0', 1],
    ['1000000', 1_000_000],
  ])('have a page %s', async (page, number) => {
    const reply = await tfe.api('GET', `/workspaces/${listed}/runs?page[number]=${page}`);

    expect([reply.status, reply.body.meta.pagination['current-page']]).toEqual([200, number]);
  });

  it('page with totals per workspace, and without them per organization', async () => {
    const ofWorkspace = await tfe.api('GET', `/workspaces/${listed}/runs?page[size]=1`);
    const ofOrganization = await tfe.api('GET', '/organizations/acme/runs?page[size]=1&filter[workspace_names]=listed');

    expect(ofWorkspace.body.meta.pagination).toEqual({
      'current-page': 1,
      'page-size': 1,
      'prev-page': null,
      'next-page': 2,
      'total-pages': 2,
      'total-count': 2,
    });
    expect(ofOrganization.body.meta.pagination).toEqual({
      'current-page': 1,
      'page-size': 1,
      'prev-page': null,
      'next-page': 2,
    });
    expect(
      (await tfe.api('GET', '/organizations/acme/workspaces?page[size]=1000')).body.meta.pagination['page-size'],
    ).toBe(100);
  });

  it('of an organization hold the last year, unless another is asked for', async () => {
    const long = await tfe.workspace('long');
    const old = await tfe.run(long, await tfe.configuration(long, HELLO), { message: 'old' });
    await tfe.confirmable(old);
    await tfe.api('POST', `/runs/${old}/actions/discard`);
    tfe.services.store.runs.update(old, { createdAt: '2019-05-01T00:00:00.000Z' });
    const listedWith = async (path: string): Promise<string[]> =>
      (await tfe.api('GET', path)).body.data.map((run: { id: string }) => run.id);
    const ofOrganization = '/organizations/acme/runs?filter[workspace_names]=long';

    expect(await listedWith(ofOrganization)).toEqual([]);
    expect(await listedWith(`${ofOrganization}&filter[timeframe]=2019`)).toEqual([old]);
    expect(await listedWith(`/workspaces/${long}/runs`)).toEqual([old]);
  });

  it('find workspaces by part of the name, by pattern and by tag', async () => {
    await tfe.workspace('tagged', { 'tag-names': ['blue', 'green'] });
    const names = async (query: string): Promise<string[]> =>
      (await tfe.api('GET', `/organizations/acme/workspaces?${query}`)).body.data.map(
        (workspace: { attributes: { name: string } }) => workspace.attributes.name,
      );

    expect(await names('search[name]=agge')).toEqual(['tagged']);
    expect(await names('search[wildcard-name]=*ed')).toEqual(['listed', 'tagged']);
    await tfe.api(
      'POST',
      '/organizations/acme/workspaces',
      document(
        'workspaces',
        { name: 'bound' },
        { 'tag-bindings': { data: [{ type: 'tag-bindings', attributes: { key: 'team', value: 'blue' } }] } },
      ),
    );
    expect(await names('filter[tagged][0][key]=team&filter[tagged][0][value]=blue')).toEqual(['bound']);
    expect(await names('filter[tagged][0][key]=team&filter[tagged][0][value]=red')).toEqual([]);
    expect(await names('search[tags]=blue,green')).toEqual(['tagged']);
    expect(await names('search[exclude-tags]=blue&search[name]=ed')).toEqual(['listed']);
  });

  it('side-load what is asked for, and refuse what is unknown', async () => {
    const reply = await tfe.api('GET', `/runs/${runs[0] ?? ''}?include=plan,apply,workspace,created_by`);
    const types = reply.body.included.map((resource: { type: string }) => resource.type);
    const unknown = await tfe.api('GET', `/runs/${runs[0] ?? ''}?include=nonsense`);

    expect(types.sort()).toEqual(['applies', 'plans', 'users', 'workspaces']);
    expect([unknown.status, unknown.body.errors[0].detail]).toEqual([
      400,
      expect.stringContaining('include parameter'),
    ]);
  });

  it('give logs by limit and offset, and nothing beyond the end', async () => {
    const plan = await tfe.api('GET', `/runs/${runs[0] ?? ''}/plan`);
    const url: string = plan.body.data.attributes['log-read-url'];
    const whole = await (await fetch(url)).text();
    const part = await (await fetch(`${url}?limit=5&offset=1`)).text();

    expect(part).toBe(whole.slice(1, 6));
    expect(await (await fetch(`${url}?limit=5&offset=${whole.length}`)).text()).toBe('');
  });
});
