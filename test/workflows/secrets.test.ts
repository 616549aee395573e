import { beforeAll, describe, expect, it } from '@jest/globals';
import { connectToTemporal } from '../support/temporal.ts';
import { PLAIN, PLANTED, playPlantedRequests, type WhereItCameOut } from './planted-requests.ts';

const temporal = connectToTemporal();

let told: WhereItCameOut;
beforeAll(async () => {
  told = await playPlantedRequests(temporal);
}, 300_000);

const placesOf = (isIn: (text: string) => boolean): string[] =>
  Object.entries(told.seen).flatMap(([place, text]) => (isIn(text) ? [place] : []));

describe('what was planted', () => {
  it.each(Object.entries(PLANTED))('as %s is found nowhere', (_, secret) => {
    expect(placesOf((text) => text.includes(secret))).toEqual([]);
  });

  it.each(Object.entries(PLANTED))('as %s is not found as base64 either', (_, secret) => {
    // Three alignments: a secret may begin anywhere in what was encoded.
    const encoded = [0, 1, 2].map((shift) =>
      Buffer.from('x'.repeat(shift) + secret)
        .toString('base64')
        .slice(shift === 0 ? 0 : 4, -4),
    );

    expect(placesOf((text) => encoded.some((part) => text.includes(part)))).toEqual([]);
  });
});

describe('a failure', () => {
  it('names what went wrong in terraform’s own words, and where to read the rest', () => {
    const history = told.seen['history of the printing request'];

    expect(history).toContain('local-exec provisioner error');
    expect(history).toContain('Resource postcondition failed');
    expect(history).toMatch(/"applyId":"apply-\w+"/);
    expect(told.seen['gateway on the printing request']).toContain('local-exec provisioner error');
  });

  it('shows the end of the log to whoever has a token of TFE, and tells the others how to see it', () => {
    const printed = PLANTED['environment variable'];

    expect(told.ownRight['command watch, to what was printed']).toContain(printed);
    expect(told.ownRight['command logs of what was printed']).toContain(printed);
    expect(told.seen['command watch without a token']).toMatch(/runwright logs \S+ --of apply/);
  });
});

// Controls: the places were really looked into.
describe('what is no secret', () => {
  it.each([
    'history of the applied request',
    'bytes of the history of the applied request',
    'command outputs',
    'command watch',
  ])('is found in the %s', (place) => {
    expect(told.seen[place]).toContain(PLAIN);
  });

  it('is found where it belongs: names of outputs, errors, log lines', () => {
    expect(told.seen['history of the applied request']).toContain('hidden');
    expect(told.seen['history of the failed request']).toContain('plan-errored');
    expect(told.seen['history of the printing request']).toContain('apply-errored');
    expect(told.seen['log of the worker']).toContain('worker ready');
    expect(told.seen['search attributes and memo of the applied request']).toContain('TfePhase');
    expect(told.seen['command logs of the failure']).toContain('nothing');
    expect(told.seen['gateway, its list']).toContain('requests');
  });

  it('are the links by which the capability is searched for: TFE gives them to whoever holds the token', () => {
    expect(told.tfe).toContain(PLANTED.capability);
  });

  it('is every place that was looked into', () => {
    const empty = Object.entries(told.seen).filter(([, text]) => text.length < 10);

    expect(empty).toEqual([]);
    expect(Object.keys(told.seen).length).toBeGreaterThanOrEqual(25);
  });
});
