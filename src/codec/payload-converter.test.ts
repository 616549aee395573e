import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultPayloadConverter } from '@temporalio/common';
import { payloadConverter, UNREADABLE } from './payload-converter.ts';

const payload = (encoding: string, data: string) => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});

describe('the payload converter of the workflows', () => {
  it('reads and writes every JSON value as the default one does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const written = payloadConverter.toPayload(value);

        expect(written).toEqual(defaultPayloadConverter.toPayload(value));
        expect(payloadConverter.fromPayload(written)).toEqual(defaultPayloadConverter.fromPayload(written));
      }),
    );
  });

  it('answers for any bytes under any encoding', () => {
    const encoding = fc.oneof(
      fc.constantFrom('json/plain', 'binary/plain', 'json/protobuf', 'binary/null'),
      fc.string(),
    );
    fc.assert(
      fc.property(encoding, fc.string({ size: 'large' }), (name, data) => {
        expect(() => payloadConverter.fromPayload(payload(name, data))).not.toThrow();
      }),
    );
  });

  it.each([
    ['an unknown encoding', payload('binary/unknown', 'x')],
    ['a ciphertext', payload('binary/encrypted', 'x')],
    ['broken JSON', payload('json/plain', '{"runId": ')],
    ['no encoding', { metadata: {}, data: Buffer.from('{}') }],
    ['arrays in arrays without end', payload('json/plain', '['.repeat(20_000) + ']'.repeat(20_000))],
    ['objects in objects without end', payload('json/plain', '{"a":'.repeat(2_000) + '1' + '}'.repeat(2_000))],
  ])('makes %s unreadable', (_, sent) => {
    expect(payloadConverter.fromPayload(sent)).toBe(UNREADABLE);
  });

  it.each([
    ['brackets in text', JSON.stringify('['.repeat(5_000))],
    ['many brackets side by side', JSON.stringify(Array.from({ length: 5_000 }, () => []))],
    ['quotes and backslashes', JSON.stringify({ text: '\\"[\\\\"'.repeat(1_000) })],
    ['999 levels', '['.repeat(999) + ']'.repeat(999)],
  ])('reads %s', (_, text) => {
    expect(payloadConverter.fromPayload(payload('json/plain', text))).toEqual(JSON.parse(text));
  });

  it('lets nobody mistake what is unreadable for a value', () => {
    expect(() => (UNREADABLE as { kind?: string }).kind).toThrow('could not be read');
  });

  it('hands what is unreadable on as a text that says so', () => {
    const handedOn = payloadConverter.fromPayload(payloadConverter.toPayload(UNREADABLE)!);

    expect(handedOn).toBe('a payload that cannot be read');
  });
});
