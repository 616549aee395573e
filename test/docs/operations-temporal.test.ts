import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../src/stack/program-path.ts';
import { leftOut } from '../support/left-out.ts';
import { operationsSections } from '../support/operations-page.ts';
import { symptom, type Symptom } from '../support/symptom.ts';
import { temporalAddress } from '../support/temporal.ts';
import { credentialsNoted, makeCertificates, tlsInFrontOf, type TlsFront } from '../support/tls-front.ts';

const WITHIN_MS = 300_000;

const hasOpenssl = (await findOnPath('openssl', process.env)) !== undefined;
const withOpenssl = hasOpenssl ? describe : leftOut('Temporal behind TLS', 'openssl is not installed');

withOpenssl('docs/operations.md: Temporal Cloud', () => {
  it(
    'mutual TLS: setup, a worker and a whole run go through it, and nobody gets in without the certificate',
    async () => {
      const { its, front } = await behindTls();

      expect(await its.follow('Temporal Cloud', 1)).toContain('namespace default');
      Object.assign(its.env, exportsOf(1, its.env));
      await its.shell('start-worker');
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      await its.shell('runwright approve deploy-42 && runwright watch deploy-42');

      expect(its.tfe.runs().map(({ status }) => status)).toEqual(['applied']);
      expect([...front.clients]).toEqual(['client']);
      delete its.env['TEMPORAL_TLS_CLIENT_CERT_PATH'];
      delete its.env['TEMPORAL_TLS_CLIENT_KEY_PATH'];
      await expect(its.shell('runwright list')).rejects.toThrow('exit code 5');
    },
    WITHIN_MS,
  );

  it(
    'a server whose certificate nobody vouches for is refused',
    async () => {
      const { its } = await behindTls();
      Object.assign(its.env, exportsOf(1, its.env));
      delete its.env['TEMPORAL_TLS_SERVER_CA_CERT_PATH'];
      its.env['TEMPORAL_TLS'] = 'true';

      await expect(its.shell('runwright list')).rejects.toThrow('exit code 5');
    },
    WITHIN_MS,
  );

  it('an API key is sent over TLS with every call, and never printed', async () => {
    const its = await symptom();
    const certificates = await makeCertificates(its.directory);
    const { address, authorizations } = await credentialsNoted(certificates);
    its.env['KEY_FILE'] = join(its.directory, 'key');
    writeFileSync(its.env['KEY_FILE'], 'planted-key');
    its.env['TEMPORAL_TLS_SERVER_CA_CERT_PATH'] = certificates.ca;
    await its.follow('Temporal Cloud', 0);
    const settings = operationsSections().get('Temporal Cloud')?.blocks[0]?.code ?? '';

    const listing = its.shell(`${settings}\nexport TEMPORAL_ADDRESS=${address}\nrunwright list`);

    await expect(listing).rejects.toThrow(/^exit code [1-9](?![\s\S]*planted-key)/);
    expect([...authorizations]).toEqual(['Bearer planted-key']);
  });
});

async function behindTls(): Promise<{ its: Symptom; front: TlsFront }> {
  const its = await symptom();
  const certificates = await makeCertificates(its.directory);
  const front = await tlsInFrontOf(temporalAddress(), certificates);
  Object.assign(its.env, {
    TLS_ADDRESS: front.address,
    CA_FILE: certificates.ca,
    CERTIFICATE_FILE: certificates.client,
    CERTIFICATE_KEY_FILE: certificates.clientKey,
  });
  return { its, front };
}

/** What the `export` lines of a block of the section set, for the commands after it. */
function exportsOf(index: number, env: Readonly<Record<string, string>>): Record<string, string> {
  const code = operationsSections().get('Temporal Cloud')?.blocks[index]?.code ?? '';
  return Object.fromEntries(
    [...code.matchAll(/^export (\w+)="?([^"\n]+)"?$/gm)].map(([, name = '', value = '']) => [
      name,
      value.startsWith('$') ? (env[value.slice(1)] ?? '') : value,
    ]),
  );
}
