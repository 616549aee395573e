import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './own-page.ts';

const PORT = 8233;
const OWN = '127.0.0.1:8233';
const BROWSER = { host: OWN, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
const CLICKED = { host: OWN, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

const refusal = (headers: Record<string, string>, method = 'GET') => refusalOf({ method, url: '/', headers }, PORT);

describe('a request to a server on loopback', () => {
  it.each([
    ['comes from no browser', { host: OWN }],
    ['uses the other name of this machine', { host: 'LocalHost:8233' }],
    ['uses IPv6', { host: '[::1]:8233' }],
    ['was typed', { ...CLICKED, 'sec-fetch-site': 'none' }],
    ['was clicked on another page', { ...CLICKED, 'sec-fetch-site': 'cross-site' }],
    ["comes from the server's own page", { ...BROWSER, 'sec-fetch-site': 'same-origin', origin: `http://${OWN}` }],
  ])('passes when it %s', (_what, headers) => {
    expect(refusal(headers)).toBeUndefined();
  });

  it.each([
    ['has the name of a stranger', { host: 'stranger.example:8233' }],
    ['has the name of a stranger that begins like ours', { host: 'localhost:8233.stranger.example' }],
    ['has the port of another server', { host: '127.0.0.1:8234' }],
    ['has no name', {}],
    ['comes from a page of another site', { ...BROWSER, 'sec-fetch-site': 'cross-site' }],
    ['comes from a page on another port', { ...BROWSER, 'sec-fetch-site': 'same-site' }],
    ['is a frame in another page', { ...CLICKED, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }],
  ])('is refused when it %s', (_what, headers: Record<string, string>) => {
    expect(refusal(headers)).toEqual(expect.any(String));
  });

  it.each(['http://stranger.example', 'null', 'http://localhost:8233', 'https://127.0.0.1:8233'])(
    'is refused when it is posted by %s',
    (origin) => {
      expect(refusal({ host: OWN, origin }, 'POST')).toEqual(expect.any(String));
    },
  );

  it('is refused when another page posts a form', () => {
    expect(refusal({ ...CLICKED, 'sec-fetch-site': 'cross-site' }, 'POST')).toEqual(expect.any(String));
  });
});
