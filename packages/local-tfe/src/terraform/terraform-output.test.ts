import { describe, expect, it } from '@jest/globals';
import { readCounts, readFailure } from './terraform-output.ts';

const line = (fields: Record<string, unknown>): string =>
  `${JSON.stringify({ '@level': 'info', '@message': '', ...fields })}\n`;

describe('what terraform says of an apply', () => {
  it('is counted from its summary, not from that of the plan', () => {
    const plan = line({
      type: 'change_summary',
      changes: { add: 9, change: 0, import: 0, remove: 0, operation: 'plan' },
    });
    const apply = line({
      type: 'change_summary',
      changes: { add: 2, change: 1, import: 3, remove: 4, operation: 'apply' },
    });

    expect(readCounts(plan + apply)).toEqual({ additions: 2, changes: 1, imports: 3, destructions: 4 });
  });

  it('is counted from the text for people', () => {
    const text = 'Apply complete! Resources: 1 imported, 2 added, 3 changed, 4 destroyed.\n';

    expect(readCounts(text)).toEqual({ imports: 1, additions: 2, changes: 3, destructions: 4 });
    expect(readCounts('Apply complete! Resources: 2 added, 0 changed, 0 destroyed.')).toMatchObject({
      additions: 2,
      imports: 0,
    });
  });

  it('is counted from what was completed, when it broke off', () => {
    const done = line({ type: 'apply_complete', hook: { action: 'create' } });
    const text =
      'terraform_data.a: Creation complete after 0s [id=1]\nterraform_data.b: Destruction complete after 1s\n';

    expect(readCounts(done + done + line({ type: 'apply_errored', hook: { action: 'create' } }))).toMatchObject({
      additions: 2,
    });
    expect(readCounts(text)).toMatchObject({ additions: 1, destructions: 1, changes: 0 });
  });

  it('names the first error', () => {
    const diagnostic = (severity: string, summary: string): string =>
      line({ type: 'diagnostic', diagnostic: { severity, summary, detail: 'why' } });

    expect(readFailure(diagnostic('warning', 'old') + diagnostic('error', 'bad'))).toBe('bad: why');
    expect(readFailure('\n│ Error: No value for required variable\n│ \n')).toBe('No value for required variable');
    expect(readFailure('all is well')).toBeUndefined();
  });
});
