import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kindOfStatus, wordsOfRefusal } from './error-answer.ts';
import { TFE_ERROR_KINDS } from './tfe-error.ts';

describe('the kind of a status', () => {
  it('is one of the closed list for every number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), (status) => {
        expect(TFE_ERROR_KINDS).toContain(kindOfStatus(status));
      }),
    );
  });

  it('is the caller’s fault for every 4xx but two, and the server’s for every 5xx', () => {
    const refusals = Array.from({ length: 200 }, (_, index) => 400 + index);

    expect(refusals.filter((status) => kindOfStatus(status) === 'no-answer')).toEqual([408]);
    expect(refusals.filter((status) => kindOfStatus(status) === 'rate-limited')).toEqual([429]);
    expect(refusals.filter((status) => kindOfStatus(status) === 'server')).toEqual(refusals.slice(100));
  });
});

describe('the words of a refusal', () => {
  it.each([
    ['{"errors":[{"status":"409","title":"conflict","detail":"d"}]}', { title: 'conflict', detail: 'd' }],
    ['{"errors":[{"status":429,"title":"Too many requests"}]}', { title: 'Too many requests' }],
    ['{"errors":["one","two","one"]}', { detail: 'one; two' }],
    ['{"errors":"text"}', { detail: 'text' }],
    ['{"errors":{"title":"t"}}', { title: 't' }],
    ['{"errors":[{"title":7,"detail":null}]}', {}],
    ['{"errors":[]}', {}],
    ['{"error":"x"}', {}],
    ['<html>', {}],
    ['', {}],
  ])('are read from %s', (body, words) => {
    expect(wordsOfRefusal(body, 'application/vnd.api+json')).toEqual(words);
  });

  it('are the body itself when it is plain text', () => {
    expect(wordsOfRefusal('you need to login\n', 'text/plain; charset=utf-8')).toEqual({ detail: 'you need to login' });
  });

  it.each([
    'https://tfe.example.com/_archivist/v1/object/dmF1bHQ6?x=planted',
    'see /_archivist/v1/object/planted',
    'Bearer planted',
    'bearer  planted',
    'planted.atlasv1.abcdefgh',
    `sig=${'planted0'.repeat(5)}`,
  ])('lose what may be a secret: %s', (text) => {
    const body = JSON.stringify({ errors: [{ title: text, detail: `it failed: ${text} again` }] });

    const words = wordsOfRefusal(body, 'application/json');

    expect(JSON.stringify(words)).not.toMatch(/planted/);
    expect(words.detail).toMatch(/^it failed: .*again$/);
  });

  it('never hold a known secret, and are short, whatever the body is', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9.]{12,40}$/);
    const filler = fc.string({ unit: 'binary', maxLength: 1_500 });
    fc.assert(
      fc.property(
        secret,
        filler,
        filler,
        fc.constantFrom('text/plain', 'application/json', ''),
        (hidden, before, after, type) => {
          const text = `${before} ${hidden} ${after}`;
          for (const body of [
            text,
            JSON.stringify({ errors: [text] }),
            JSON.stringify({ errors: [{ title: text, detail: text }] }),
          ]) {
            const { title = '', detail = '' } = wordsOfRefusal(body, type, [hidden]);
            expect(`${title} ${detail}`).not.toContain(hidden);
            expect(title.length).toBeLessThanOrEqual(200);
            expect(detail.length).toBeLessThanOrEqual(1_000);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
