/**
 * DER, as much as an X.509 certificate needs (ITU-T X.690): a tag, a length, the content.
 * Why not a library: docs/adr/0014-own-der-for-the-test-certificate.md.
 */
const tagged = (tag: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...content: Buffer[]): Buffer => tagged(0x30, ...content);
export const setOf = (...content: Buffer[]): Buffer => tagged(0x31, ...content);
export const boolean = (value: 0 | 1): Buffer => tagged(0x01, Buffer.from([value === 1 ? 0xff : 0]));
export const octets = (content: Buffer): Buffer => tagged(0x04, content);
export const bits = (content: Buffer, unused = 0): Buffer => tagged(0x03, Buffer.from([unused]), content);
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text));
/** `[n]` around the content. */
export const explicit = (n: number, content: Buffer): Buffer => tagged(0xa0 | n, content);
/** `[n]` in place of the tag. */
export const implicit = (n: number, content: Buffer): Buffer => tagged(0x80 | n, content);

/**
 * A positive integer, as few bytes as it takes (X.690 8.3.2): OpenSSL refuses the rest as "illegal padding".
 * A zero byte leads only where the first bit would read as a minus.
 */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  return tagged(0x02, (value[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), value]) : value);
}

/** Seconds of a UTC date; two digits of the year until 2049, four from 2050 on, as certificates must (RFC 5280 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const group = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) group.unshift((left & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return tagged(0x06, Buffer.from(bytes));
}
