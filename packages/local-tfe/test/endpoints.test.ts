import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nameOf } from '../src/http/route.ts';
import type { Endpoint } from '../src/http/route.ts';
import { ROUTES } from '../src/routes.ts';
import { SAMPLES } from './support/samples.ts';
import type { Sample, World } from './support/samples.ts';
import { eventually, startTfe } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';
import { createWorld } from './support/world.ts';

interface Sampled {
  name: string;
  route: Endpoint;
  sample: Sample;
}

const api = ROUTES.filter((route) => route.door === 'api');
const order = Object.keys(SAMPLES);
const endpoints: Sampled[] = api
  .map((route) => ({ name: nameOf(route), route, sample: SAMPLES[nameOf(route)] ?? { status: 0 } }))
  .sort((left, right) => order.indexOf(left.name) - order.indexOf(right.name));
const NOT_FOUND = [
  { status: '404', title: 'not found', detail: expect.stringContaining('Make sure you are authorized') as unknown },
];

describe('every endpoint', () => {
  let tfe: Tfe;
  let world: World;

  beforeAll(async () => {
    tfe = await startTfe({ forceCancelAfterMs: 1, deliveries: 'loopback' });
    world = await createWorld(tfe);
    await tfe.control('POST', '/tokens', { token: 'nobody', username: 'nobody', access: 'none' });
  });
  afterAll(() => tfe.close());

  const ask = (
    { route, sample }: Sampled,
    params: Record<string, string>,
    body: unknown,
    token?: string,
    query = sample.query?.(world),
  ): Promise<Reply> => {
    const path = route.path.replaceAll(
      /:(\w+)/g,
      (_, name: string) => params[name] ?? String(world[name as keyof World]),
    );
    return tfe.api(
      route.method,
      query === undefined ? path : `${path}?${query}`,
      body,
      token === undefined ? {} : { token },
    );
  };
  const paramsOf = ({ sample }: Sampled): Record<string, string> => sample.params?.(world) ?? {};
  const bodyOf = ({ sample }: Sampled): unknown => sample.body?.(world);

  it('has a sample here, and every sample an endpoint', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(endpoints.map(({ name }) => name).sort());
  });

  it.each(endpoints)('$name answers 401 to a wrong token', async (endpoint) => {
    const reply = await ask(endpoint, paramsOf(endpoint), bodyOf(endpoint), 'wrong');

    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ errors: [{ status: '401', title: 'unauthorized' }] });
  });

  it.each(endpoints.filter(({ route }) => /:/.test(route.path)))(
    '$name answers 404 to an unknown id',
    async (endpoint) => {
      const unknown = Object.fromEntries(
        [...endpoint.route.path.matchAll(/:(\w+)/g)].map(([, name]) => [name, 'none-such']),
      );

      const reply = await ask(endpoint, unknown, bodyOf(endpoint));

      expect([reply.status, reply.body.errors]).toEqual([404, NOT_FOUND]);
    },
  );

  it.each(endpoints.filter(({ name }) => !['GET /ping', 'GET /account/details', 'GET /users/:user_id'].includes(name)))(
    '$name answers 404 to somebody without permission',
    async (endpoint) => {
      const reply = await ask(endpoint, paramsOf(endpoint), bodyOf(endpoint), 'nobody');

      expect([reply.status, reply.body.errors]).toEqual([404, NOT_FOUND]);
    },
  );

  it.each(endpoints.filter(({ route }) => route.body === 'resource'))(
    '$name refuses a malformed body',
    async (endpoint) => {
      const path = endpoint.route.path.replaceAll(/:(\w+)/g, (_, name: string) => String(world[name as keyof World]));
      const send = (body: unknown, type?: string): Promise<Reply> =>
        tfe.api(endpoint.route.method, path, body, type === undefined ? {} : { type });

      expect((await send('{"data":')).status).toBe(400);
      expect((await send({ data: 'text' })).status).toBe(400);
      expect((await send(bodyOf(endpoint), 'text/plain')).status).toBe(415);
      expect((await send(bodyOf(endpoint), 'application/json')).status).toBe(415);
      if (/relationships|tag-bindings/.test(endpoint.route.path)) return; // a list: there is no attribute to be wrong
      const wrong = await send({ data: { type: 'nonsense', attributes: { name: 7, key: 7, body: 7, serial: 'x' } } });
      expect(wrong.status).toBe(422);
      expect(wrong.body.errors[0]).toMatchObject({ status: '422', source: { pointer: '/data/type' } });
    },
  );

  it.each(endpoints)('$name refuses to include what is unknown, before it does anything', async (endpoint) => {
    const query = [endpoint.sample.query?.(world), 'include=nonsense'].filter((part) => part !== undefined).join('&');

    const reply = await ask(endpoint, paramsOf(endpoint), bodyOf(endpoint), undefined, query);

    expect([reply.status, reply.body.errors]).toEqual([
      400,
      [
        {
          status: '400',
          title: 'Invalid query parameter',
          detail: 'The specified include parameter is invalid: nonsense',
          source: { parameter: 'include' },
        },
      ],
    ]);
  });

  it.each(endpoints.filter(({ route }) => route.method === 'GET' && (route.include?.length ?? 0) > 0))(
    '$name includes everything that it knows',
    async (endpoint) => {
      const include = `include=${endpoint.route.include?.join(',')}`;
      const query = [endpoint.sample.query?.(world), include].filter((part) => part !== undefined).join('&');

      const reply = await ask(endpoint, paramsOf(endpoint), undefined, undefined, query);

      expect([reply.status, reply.body.included]).toEqual([200, expect.any(Array)]);
    },
  );

  it.each(endpoints)('$name succeeds', async (endpoint) => {
    const reply = await eventually(
      'no fleeting refusal',
      async () => {
        const answer = await ask(endpoint, paramsOf(endpoint), bodyOf(endpoint));
        return answer.status === 409 && endpoint.sample.status !== 409 ? undefined : answer;
      },
      5_000,
    );

    expect([reply.status, reply.text]).toEqual([endpoint.sample.status, expect.anything()]);
    expect(reply.headers.get('tfp-api-version')).toBe('2.6');
    if (endpoint.sample.type === undefined) return;
    expect(reply.headers.get('content-type')).toContain('application/vnd.api+json');
    const data = [reply.body.data].flat();
    expect(data.length).toBeGreaterThan(0);
    for (const resource of data) expect(resource).toMatchObject({ id: expect.any(String), type: endpoint.sample.type });
    expect(reply.text).not.toContain('planted');
    if (Array.isArray(reply.body.data) && reply.body.meta) {
      expect(reply.body.meta.pagination).toMatchObject({ 'current-page': 1, 'next-page': null });
    }
  });
});
