import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { bits, boolean, explicit, implicit, integer, objectId, octets, sequence, setOf, time, utf8 } from './der.ts';

export interface ServerCertificate {
  key: string;
  cert: string;
  /** The CA's certificate: clients are pointed at it. */
  caFile: string;
}

const DAY_MS = 86_400_000;
// Apple's and others' limit for a server certificate.
const SERVER_DAYS = 397;
const CA_DAYS = 3650;
const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));

/**
 * A certificate for loopback, signed by a CA that is made once per directory, so that a client trusts the restarted server too.
 * The keys are readable by the owner only.
 */
export function ownCertificate(directory: string, hosts: readonly string[]): ServerCertificate {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const caFile = join(directory, 'ca.pem');
  const caKeyFile = join(directory, 'ca-key.pem');
  if (!existsSync(caFile) || !existsSync(caKeyFile)) {
    const { privateKey } = newKey();
    const extensions = [extension('2.5.29.19', sequence(boolean(1)), 'critical'), keyUsage(0x06, 1)];
    const cert = certificate({
      subject: 'Local TFE CA',
      days: CA_DAYS,
      key: privateKey,
      signer: privateKey,
      extensions,
    });
    writeFileSync(caKeyFile, pemOf(privateKey), { mode: 0o600 });
    writeFileSync(caFile, cert);
    chmodSync(caFile, 0o644);
  }
  const signer = createPrivateKey(readFileSync(caKeyFile));
  const { privateKey } = newKey();
  const extensions = [
    extension('2.5.29.19', sequence(), 'critical'),
    keyUsage(0x80, 7),
    extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', sequence(...hosts.map(alternativeName))),
  ];
  const cert = certificate({ subject: 'Local TFE', days: SERVER_DAYS, key: privateKey, signer, extensions });
  return { key: pemOf(privateKey), cert: cert + readFileSync(caFile, 'utf8'), caFile };
}

const newKey = (): { privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const name = (common: string): Buffer => sequence(setOf(sequence(objectId('2.5.4.3'), utf8(common))));
const keyUsage = (flags: number, unused: number): Buffer =>
  extension('2.5.29.15', bits(Buffer.from([flags]), unused), 'critical');

function extension(id: string, value: Buffer, weight: 'critical' | 'plain' = 'plain'): Buffer {
  return sequence(objectId(id), ...(weight === 'critical' ? [boolean(1)] : []), octets(value));
}

function alternativeName(host: string): Buffer {
  if (isIP(host) === 4) return implicit(7, Buffer.from(host.split('.').map(Number)));
  if (isIP(host) === 6) return implicit(7, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])); // ::1 is the only one
  return implicit(2, Buffer.from(host));
}

function certificate(one: {
  subject: string;
  days: number;
  key: KeyObject;
  signer: KeyObject;
  extensions: readonly Buffer[];
}): string {
  const from = new Date(Date.now() - DAY_MS); // clocks of containers differ a little
  const until = new Date(Date.now() + one.days * DAY_MS);
  const content = sequence(
    explicit(0, integer(Buffer.from([2]))), // X.509 version 3
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    name('Local TFE CA'),
    sequence(time(from), time(until)),
    name(one.subject),
    createPublicKey(one.key).export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...one.extensions)),
  );
  const signature = sign('sha256', content, one.signer);
  const der = sequence(content, ECDSA_WITH_SHA256, bits(signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
