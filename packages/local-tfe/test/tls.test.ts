import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalTfe } from '../src/server.ts';
import type { LocalTfe } from '../src/server.ts';

interface Seen {
  status: number | undefined;
  serial: string;
}

function read(url: string, ca: string | undefined): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...(ca !== undefined && { ca }) }, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume().on('end', () => resolve({ status: response.statusCode, serial: serialNumber }));
    });
    sent.on('error', reject).end();
  });
}

describe('the local TFE over TLS', () => {
  let dataDir: string;
  let tfe: LocalTfe;
  let ca: string;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'local-tfe-tls-'));
    tfe = await startLocalTfe({ dataDir, tls: 'own-ca', engine: 'simulated' });
    ca = readFileSync(tfe.caFile ?? '', 'utf8');
  });
  afterAll(async () => {
    await tfe.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(['127.0.0.1', 'localhost'])('is trusted as %s by who knows its CA, and by nobody else', async (host) => {
    const url = `${tfe.address.replace('127.0.0.1', host)}/_health`;

    expect((await read(url, ca)).status).toBe(200);
    await expect(read(url, undefined)).rejects.toThrow(/self-signed certificate|unable to (get|verify)/);
  });

  it('keeps its keys to itself and its CA over a restart', async () => {
    expect(statSync(join(dataDir, 'tls', 'ca-key.pem')).mode & 0o077).toBe(0);
    const port = Number(new URL(tfe.address).port);
    await tfe.close();
    tfe = await startLocalTfe({ dataDir, port, tls: 'own-ca', engine: 'simulated' });

    expect(readFileSync(tfe.caFile ?? '', 'utf8')).toBe(ca);
    expect((await read(`${tfe.address}/_health`, ca)).status).toBe(200);
  });

  it('changes its certificate when it is told to', async () => {
    const before = await read(`${tfe.address}/_health`, ca);
    tfe.replaceCertificate();
    const after = await read(`${tfe.address}/_health`, ca);

    expect(after.status).toBe(200);
    expect(after.serial).not.toBe(before.serial);
  });
});
