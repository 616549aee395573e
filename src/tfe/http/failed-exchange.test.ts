import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { certificateVerdict, reasonOf } from './failed-exchange.ts';

const withCode = (code: string, cause?: unknown): Error => Object.assign(new Error(code, { cause }), { code });

describe('why an exchange failed', () => {
  it('is found below what libraries wrap around it', () => {
    expect(
      reasonOf(new TypeError('fetch failed', { cause: new Error('x', { cause: withCode('ECONNREFUSED') }) })),
    ).toBe('connection-refused');
  });

  it('is found in the first of several addresses that were tried', () => {
    expect(reasonOf(new AggregateError([withCode('ECONNREFUSED'), withCode('ETIMEDOUT')]))).toBe('connection-refused');
  });

  it('is the certificate wherever that stands', () => {
    const error = withCode('ECONNRESET', withCode('SELF_SIGNED_CERT_IN_CHAIN'));

    expect(reasonOf(error)).toBe('untrusted-certificate');
    expect(certificateVerdict(error)).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });

  it('is something for whatever was thrown', () => {
    const circle: { cause?: unknown } = {};
    circle.cause = circle;

    expect(reasonOf(circle)).toBe('network');
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(typeof reasonOf(thrown)).toBe('string');
      }),
    );
  });
});
