import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askLinks, webLinksOf } from './web-links.ts';

describe('the links into the web', () => {
  it('are found once each, without what only follows them', () => {
    const text = `[a](https://semver.org/) https://docs.temporal.io/cli. <https://docs.temporal.io/cli#x> \`https://no-color.org\``;

    expect(webLinksOf(text)).toEqual(['https://docs.temporal.io/cli', 'https://no-color.org', 'https://semver.org/']);
  });

  it.each([
    'https://tfe.example.com',
    'https://127.0.0.1:8443',
    'https://localhost/x',
    'https://host/api',
    'https://${host}.io/x',
    'https://tfe.test/x',
  ])('do not count %s, which leads nowhere', (link) => {
    expect(webLinksOf(`see ${link} there`)).toEqual([]);
  });
});

describe('asking a link', () => {
  let server: Server;
  let base: string;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const [, status = '200'] = /^\/(\d+)/.exec(request.url ?? '') ?? [];
      if (request.url === '/moved') response.writeHead(301, { location: '/200' });
      else response.writeHead(request.url === '/no-head' && request.method === 'HEAD' ? 404 : Number(status));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each([
    { path: '/200', kind: 'there' },
    { path: '/moved', kind: 'there' },
    { path: '/no-head', kind: 'there' },
    { path: '/404', kind: 'gone' },
    { path: '/410', kind: 'gone' },
    { path: '/403', kind: 'unknown' },
    { path: '/503', kind: 'unknown' },
  ])('$path is $kind', async ({ path, kind }) => {
    expect(await askLinks([`${base}${path}`])).toMatchObject([{ kind }]);
  });

  it('takes a server that does not answer for no verdict', async () => {
    expect(await askLinks(['http://127.0.0.1:1/'])).toEqual([
      { url: 'http://127.0.0.1:1/', kind: 'unknown', said: expect.stringMatching(/\w/) },
    ]);
  });

  it('asks a page that is there only once', async () => {
    asked.length = 0;

    await askLinks([`${base}/200`]);

    expect(asked).toEqual(['HEAD /200']);
  });
});
