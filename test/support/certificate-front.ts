import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';

/** PEM. */
export interface ShownCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Ends TLS in front of a TFE that speaks it too, with a certificate of its own that can be replaced. */
export interface CertificateFront {
  /** https://127.0.0.1:PORT */
  readonly address: string;
  /** Shows it from now on. Open connections end in the middle of what they carry, as when a load balancer is replaced. */
  show(certificate: ShownCertificate): void;
  /** Who came since the certificate that is shown now is shown, whether or not they trusted it. */
  triedUnderIt(): number;
  close(): Promise<void>;
}

/** `target`: https://HOST:PORT, with a certificate of `caFile`. */
export async function certificateInFrontOf(
  target: string,
  { caFile, first }: { readonly caFile: string; readonly first: ShownCertificate },
): Promise<CertificateFront> {
  const { hostname: host, port } = new URL(target);
  const ca = readFileSync(caFile);
  const ending = new Set<() => void>();
  let tried = 0;
  const server = createServer({ key: first.key, cert: first.cert }, (secured) => {
    const behind = connect({ host, port: Number(port), ca });
    const end = (): void => {
      ending.delete(end);
      secured.destroy();
      behind.destroy();
    };
    ending.add(end);
    for (const side of [secured, behind]) side.on('error', end).on('close', end);
    secured.pipe(behind).pipe(secured);
  });
  server.on('connection', () => (tried += 1));
  // Whoever does not trust the certificate hangs up in the middle of the handshake.
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endAll = (): void => {
    for (const end of [...ending]) end();
  };
  return {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show: ({ key, cert }) => {
      server.setSecureContext({ key, cert });
      tried = 0;
      endAll();
    },
    triedUnderIt: () => tried,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      endAll();
      await closed;
    },
  };
}
