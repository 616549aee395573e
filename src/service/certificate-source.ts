import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { contentOfFile } from './file-content.ts';

/** The present certificates in PEM. Read before every request, so that a replaced CA counts at once. */
export type CertificateSource = () => string;

/**
 * Certificates from a file, read again when it has changed. If the first read fails, throws and says what is wrong with
 * the file.
 */
export const certificatesFromFile = (file: string): CertificateSource => contentOfFile(file, readCertificates);

const ONE_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

function readCertificates(file: string): string {
  const pem = readFileSync(file, 'utf8');
  const certificates = pem.match(ONE_CERTIFICATE);
  if (certificates === null) throw new Error('holds no certificate in PEM');
  // A certificate that is cut short would break every connection, even to servers that need none of these.
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
