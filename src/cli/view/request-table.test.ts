import { describe, expect, it } from '@jest/globals';
import type { RequestListing } from '@runwright/client';
import type { Output } from '../cli-deps.ts';
import { requestTable } from './request-table.ts';
import { writeLines } from '../terminal/writing.ts';

const NOW_MS = Date.parse('2026-11-30T06:02:00Z');

const request = (changes: Partial<RequestListing> = {}): RequestListing => ({
  id: 'deploy-42',
  workflowId: 'tfe/tfe.example.com/demo/hello/deploy-42',
  organization: 'demo',
  workspace: 'hello',
  requestedBy: 'ann',
  phase: 'awaiting-confirmation',
  workflowState: 'running',
  runId: 'run-CZcmD7eagjhyX0vN',
  since: '2026-11-30T03:00:00Z',
  startedAt: '2026-11-30T02:59:00Z',
  ...changes,
});

const LONG_KEY = 'infra-prod.deploy-2026-11-30T03-00-00Z-8f3c9a2b';

/** The lines as a terminal without colors shows them. */
function shown(found: RequestListing[], columns = 80): string[] {
  let text = '';
  const out: Output = { write: (more) => (text += more) };
  writeLines(out, requestTable(found, { columns, nowMs: NOW_MS }));
  return text.trimEnd().split('\n');
}

describe('the table of requests', () => {
  it('has one line for each where all fit', () => {
    expect(
      shown([request({ id: 'd-1' }), request({ id: 'd-2', phase: 'finished', outcome: 'rejected' })], 100),
    ).toEqual([
      'KEY  WORKSPACE   STATE                  RUN                   SINCE      ASKED FOR BY',
      'd-1  demo/hello  awaiting-confirmation  run-CZcmD7eagjhyX0vN  3 h 2 min  ann',
      'd-2  demo/hello  rejected               run-CZcmD7eagjhyX0vN  3 h 2 min  ann',
    ]);
  });

  it('has each key whole, and columns below it, where they do not', () => {
    const { runId: _none, ...young } = request({ phase: 'preparing', requestedBy: 'ci@example.com' });
    expect(shown([request({ id: LONG_KEY }), young])).toEqual([
      'KEY → WORKSPACE',
      '  STATE                  RUN                   SINCE      ASKED FOR BY',
      `${LONG_KEY} → demo/hello`,
      '  awaiting-confirmation  run-CZcmD7eagjhyX0vN  3 h 2 min  ann',
      'deploy-42 → demo/hello',
      '  preparing              –                     3 h 2 min  ci@example.com',
    ]);
  });

  it('gives what is still too long a line of its own, and cuts nothing', () => {
    const [key, requestedBy] = ['k'.repeat(120), 'root@runner-1a2b3c-project-45-concurrent-0'];
    expect(
      shown([request({ id: key, requestedBy, organization: 'acme', workspace: 'network-prod' })]).slice(2),
    ).toEqual([
      key,
      '  → acme/network-prod',
      '  awaiting-confirmation  run-CZcmD7eagjhyX0vN  3 h 2 min',
      `    ${requestedBy}`,
    ]);
  });

  it('is whole, one line each, where a program reads it', () => {
    expect(shown([request({ id: 'k'.repeat(200) })], Number.POSITIVE_INFINITY)).toHaveLength(2);
  });

  it.each(['canceled', 'terminated', 'timed-out', 'apply-errored'] as const)('shows the ending %s', (outcome) => {
    expect(shown([request({ phase: 'ended-badly', outcome })], 100)[1]).toContain(`  ${outcome}  `);
  });

  it('is aligned by what is seen of hostile text', () => {
    const hostile = request({ id: LONG_KEY, requestedBy: 'a\u001B[2J\u202Eb', workspace: 'w\u0007' });
    const lines = shown([hostile, request()]);

    expect(lines[2]).toBe(`${LONG_KEY} → demo/w\\u0007`);
    expect(lines[3]).toMatch(/ {2}a\\u001b\[2J\\u202eb$/);
    expect(lines[3]?.indexOf('3 h')).toBe(lines[5]?.indexOf('3 h'));
  });
});
