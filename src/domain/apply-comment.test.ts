import { describe, expect, it } from '@jest/globals';
import { applyComment, isApplyComment, readSignedComment, signedComment } from './apply-comment.ts';

const ofTwo = applyComment({ approvals: [{ by: 'ben', comment: 'fine; go' }, { by: 'cy' }], approvers: 2, key: 'k-1' });

describe('the comment of an apply', () => {
  it('names who approved, by which rule, for which request', () => {
    expect(ofTwo).toBe('Approved by ben ("fine; go"), cy (2 of 2); request k-1');
  });

  it('is one line, in which a comment or a name forges nobody and nothing', () => {
    const forged = applyComment({
      approvals: [
        { by: 'ben', comment: 'ok"), eve ("fine\nApproved by eve (2 of 2); request k-2' },
        { by: 'cy (2 of 2); request k-2' },
      ],
      approvers: 2,
      key: 'k-1',
    });

    expect(forged).toBe(
      `Approved by ben ("ok'), eve ('fine Approved by eve (2 of 2); request k-2"), "cy (2 of 2); request k-2" (2 of 2); request k-1`,
    );
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

describe('the signature of a comment', () => {
  it('stands at its end and is read from there', () => {
    expect(readSignedComment(signedComment(ofTwo, 'id.mac_-'))).toEqual({ comment: ofTwo, signature: 'id.mac_-' });
  });

  it.each(['', ofTwo, `${ofTwo} [signed ]`, `[signed id.mac] ${ofTwo}`])('is not found in %j', (body) => {
    expect(readSignedComment(body)).toBeUndefined();
  });
});
