import { describe, expect, it } from '@jest/globals';
import { applyComment, isApplyComment } from './apply-comment.ts';

const ofTwo = applyComment({ approvals: [{ by: 'ben', comment: 'fine; go' }, { by: 'cy' }], approvers: 2, key: 'k-1' });

describe('the comment of an apply', () => {
  it('names who approved, by which rule, for which request', () => {
    expect(ofTwo).toBe('Approved by ben ("fine; go"), cy (2 of 2); request k-1');
  });

  it('is recognized as that of its own request', () => {
    expect(isApplyComment(ofTwo, 'k-1')).toBe(true);
  });

  it.each(['k-11', '1', 'k'])('is not taken for that of request %s', (key) => {
    expect(isApplyComment(ofTwo, key)).toBe(false);
  });

  it('is not taken for what ends another act', () => {
    expect(isApplyComment('Rejected by ben: no; request k-1', 'k-1')).toBe(false);
  });
});
