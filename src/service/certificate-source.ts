import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { contentOfFile } from './file-content.ts';

/** The certificates in PEM as they are now; asked before every request, so that a replaced CA counts at once. */
export type CertificateSource = () => string;

/** Those in a file, read again when it has changed. Throws, saying what is wrong with it, when it cannot be read the first time. */
export const certificatesFromFile = (file: string): CertificateSource => contentOfFile(file, readCertificates);

const ONE_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

function readCertificates(file: string): string {
  const pem = readFileSync(file, 'utf8');
  const certificates = pem.match(ONE_CERTIFICATE);
  if (certificates === null) throw new Error('holds no certificate in PEM');
  // One that is cut short would make every connection fail, the ones to servers that need none of these included.
  for (const certificate of certificates) parse(certificate);
  return pem;
}

function parse(certificate: string): void {
  try {
    new X509Certificate(certificate);
  } catch {
    throw new Error('holds a certificate that cannot be read');
  }
}
