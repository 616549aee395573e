import { describe, expect, it } from '@jest/globals';
import { errorSummariesOf, MAX_ERRORS } from './error-summaries.ts';

const line = (diagnostic: Record<string, unknown>, type = 'diagnostic'): string =>
  JSON.stringify({ '@level': 'error', '@message': `Error: ${String(diagnostic['summary'])}`, type, diagnostic });
const error = (summary: string, more: Record<string, unknown> = {}): string =>
  line({ severity: 'error', summary, detail: 'Output: s3cret', ...more });

const summaryOf = (summary: string): string | undefined => errorSummariesOf(error(summary))[0]?.summary;

describe('the summaries of a log', () => {
  it('are those of its errors with the resource, and nothing else of them', () => {
    const snippet = { code: 'password = "s3cret"', values: [{ traversal: 'var.p', statement: 'is "s3cret"' }] };
    const log = [
      'Terraform v1.11.4',
      '{"@level":"info","@message":"x: (local-exec): s3cret","type":"provision_progress","hook":{"output":"s3cret"}}',
      line({ severity: 'warning', summary: 'Deprecated attribute', detail: 's3cret' }),
      error('Resource precondition failed', { snippet }),
      error('local-exec provisioner error', { address: 'terraform_data.one["a"]', snippet }),
    ].join('\n');

    expect(errorSummariesOf(log)).toEqual([
      { summary: 'Resource precondition failed' },
      { summary: 'local-exec provisioner error', address: 'terraform_data.one["a"]' },
    ]);
  });

  it.each([
    ['Reference to undeclared resource', 'Reference to undeclared resource'],
    ['Invalid single-argument block definition', 'Invalid single-argument block definition'],
    ["Provider's answer can't be read", "Provider's answer can't be read"],
    ['Duplicate resource "terraform_data" configuration', 'Duplicate resource …'],
    ['creating EC2 Instance: operation error RunInstances, https response', 'creating EC2 Instance …'],
    ['Error creating user (name=admin password=s3cret)', 'Error creating user …'],
    ["syntax error near 'IDENTIFIED BY s3cret'", 'syntax error near …'],
    ['cannot log in with xKqWzPmRtB', 'cannot log in with …'],
    ['cannot log in with hunter2', 'cannot log in with …'],
    ['cannot log in with HUNTERTWO', 'cannot log in with …'],
  ])('of %j keep %j: what may be a value ends them', (summary, kept) => {
    expect(summaryOf(summary)).toBe(kept);
  });

  it.each([
    ['two lines', 'two\nlines'],
    ['what a terminal obeys', '\u001B]0;title\u0007'],
    ['nothing', ''],
    ['a word without end', 'a'.repeat(1_000_000)],
  ])('say only that there was an error, of %s', (_, summary) => {
    expect(summaryOf(summary)).toBe('an error');
  });

  it('are at most twelve words long', () => {
    expect(summaryOf('word '.repeat(100_000))).toBe(`${'word '.repeat(12)}…`);
  });

  it('tell the same error of a resource once, and ten at most', () => {
    const many = Array.from({ length: 500 }, (_, index) => error('Client Error', { address: `a.b[${index}]` }));

    expect(errorSummariesOf([error('Client Error'), error('Client Error')].join('\n'))).toHaveLength(1);
    expect(errorSummariesOf(many.join('\n'))).toHaveLength(MAX_ERRORS);
  });

  it.each([
    ['text for people', 'Error: s3cret\n\n  on main.tf line 1'],
    ['a cut line', error('Client Error').slice(20)],
    ['half a line', error('Client Error').slice(0, 40)],
    [
      'another document',
      '{"diagnostic":"s3cret"}\n{"type":"diagnostic","diagnostic":{"severity":"error","summary":7}}',
    ],
    ['another type', line({ severity: 'error', summary: 'Client Error' }, 'test_run')],
    ['nothing', ''],
  ])('are none in %s', (_, log) => {
    expect(errorSummariesOf(log)).toEqual([]);
  });

  it.each([
    ['no text', 7],
    ['empty', ''],
    ['two words', 'a b'],
    ['what a terminal obeys', 'a\u001B[2J'],
    ['longer than any', `a.${'b'.repeat(300)}`],
  ])('leave out an address that is %s', (_, address) => {
    expect(errorSummariesOf(error('Client Error', { address }))).toEqual([{ summary: 'Client Error' }]);
  });
});
