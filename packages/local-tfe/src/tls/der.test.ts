import { X509Certificate, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bits, integer, objectId, sequence, setOf, time, utf8 } from './der.ts';

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const NAME = sequence(setOf(sequence(objectId('2.5.4.3'), utf8('DER'))));
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** OpenSSL, as Node embeds it, reads what was written here. */
function readBack(serial: Buffer, from: Date, until: Date): X509Certificate {
  const content = sequence(
    integer(serial),
    ECDSA_WITH_SHA256,
    NAME,
    sequence(time(from), time(until)),
    NAME,
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' }),
  );
  return new X509Certificate(sequence(content, ECDSA_WITH_SHA256, bits(sign('sha256', content, privateKey))));
}

describe('a certificate in DER', () => {
  it('is read with its serial number and its time, whatever bytes the number begins with', () => {
    const zeros = fc.integer({ min: 0, max: 3 }).map((count) => Buffer.alloc(count));
    const rest = fc.uint8Array({ minLength: 1, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
    const seconds = fc.integer({ min: Date.UTC(1990, 0) / 1000, max: Date.UTC(2120, 0) / 1000 });
    fc.assert(
      fc.property(zeros, rest, seconds, (leading, bytes, second) => {
        const serial = Buffer.concat([leading, bytes]);
        const date = new Date(second * 1000);
        const certificate = readBack(serial, date, date);
        const value = (hex: string): bigint => BigInt(`0x${hex}`);

        expect(value(certificate.serialNumber)).toBe(value(serial.toString('hex')));
        expect(certificate.validFromDate.getTime()).toBe(date.getTime());
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['00', '020100'],
    ['0000', '020100'],
    ['007f', '02017f'],
    ['00ff', '020200ff'],
    ['80', '02020080'],
    ['0100', '02020100'],
  ])('writes the number %s as %s', (bytes, written) => {
    expect(integer(Buffer.from(bytes, 'hex')).toString('hex')).toBe(written);
  });

  it.each([
    ['2049-12-31T23:59:59Z', '170d3439313233313233353935395a'],
    ['2050-01-01T00:00:00Z', '180f32303530303130313030303030305a'],
  ])('writes the time %s as %s', (date, written) => {
    expect(time(new Date(date)).toString('hex')).toBe(written);
  });
});
