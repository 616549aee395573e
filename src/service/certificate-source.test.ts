import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { certificatesFromFile } from './certificate-source.ts';

const [FIRST = '', OTHER = ''] = rootCertificates;

describe('certificatesFromFile', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-ca-'));
    file = join(directory, 'ca.pem');
    writeFileSync(file, FIRST);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('reads a CA that was replaced', () => {
    const certificates = certificatesFromFile(file);
    expect(certificates()).toBe(FIRST);

    writeFileSync(`${file}.new`, OTHER);
    renameSync(`${file}.new`, file);

    expect(certificates()).toBe(OTHER);
  });

  it.each([
    ['is missing', () => rmSync(file)],
    ['is empty', () => writeFileSync(file, '')],
    ['is half written', () => writeFileSync(file, OTHER.slice(0, 200))],
    ['holds another half', () => writeFileSync(file, OTHER.slice(0, 200) + '\n-----END CERTIFICATE-----\n')],
  ])('goes on with the last one while the file %s', (_how, disturb) => {
    const certificates = certificatesFromFile(file);

    disturb();

    expect(certificates()).toBe(FIRST);
  });

  it.each([
    ['holds no certificate in PEM', 'nothing'],
    ['holds a certificate that cannot be read', OTHER.slice(0, 200) + '\n-----END CERTIFICATE-----\n'],
  ])('says that the file %s', (problem, content) => {
    writeFileSync(file, content);

    expect(() => certificatesFromFile(file)).toThrow(problem);
  });
});
