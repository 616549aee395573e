import { describe, expect, it } from '@jest/globals';
import { parseRunRequest } from './contract/run-request-schema.ts';
import type { RunRequest, RunRequestInput } from './contract/run-request.ts';
import { detailsOfRequest, summaryOf } from './request-summary.ts';

const requestOf = (changes: Partial<RunRequestInput> = {}): RunRequest => {
  const parsed = parseRunRequest({
    key: 'k',
    organization: 'demo',
    workspace: 'hello',
    requestedBy: 'ann',
    ...changes,
  });
  if (parsed.kind === 'refused') throw new Error(parsed.faults.join('; '));
  return parsed.request;
};

describe('the summary of a request', () => {
  it('says what is asked of which workspace', () => {
    expect(summaryOf(requestOf({ run: { message: 'say hello' } }))).toBe('apply demo/hello: say hello');
  });

  it('stays below 200 bytes, whatever the message', () => {
    const summary = summaryOf(requestOf({ run: { message: 'é😀'.repeat(400) } }));

    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(200);
    expect(summary.isWellFormed()).toBe(true);
  });

  it('takes markup of the message as text', () => {
    expect(summaryOf(requestOf({ run: { message: '[click](http://evil.example)\n# x' } }))).toBe(
      'apply demo/hello: \\[click\\](http://evil.example) \\# x',
    );
  });
});

describe('the details of a request', () => {
  it('give the signal to send by hand, with the fields that count', () => {
    expect(detailsOfRequest(requestOf(), 'https://tfe.example.com')).toContain(
      '`approve` with `{"runId": "run-…", "by": "your name"}`',
    );
  });

  it('offer no decision where nothing will be applied', () => {
    expect(detailsOfRequest(requestOf({ run: { mode: 'plan-only' } }), 'https://tfe.example.com')).not.toContain(
      'approve',
    );
  });

  it('show variables with their values, as text and cut where they are long', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`v${index}`, String(index)]));
    const variables = { region: '"eu|west"', long: 'x'.repeat(60_000), ...many };
    const details = detailsOfRequest(requestOf({ run: { variables } }), 'https://tfe.example.com');

    expect(details).toContain('`region` = `"eu\\|west"`');
    expect(details).toMatch(/`long` = `x{99}…`/);
    expect(details).toContain('and 22 more');
    expect(Buffer.byteLength(details)).toBeLessThan(20_000);
  });
});
