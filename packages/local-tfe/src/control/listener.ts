import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Rejection } from '../rejection.ts';
import type { ServerCertificate } from '../tls/own-ca.ts';

/** Takes the server off the network and back, and changes its certificate: as happens to a real one. */
export function createListener(server: HttpServer | HttpsServer, renew: (() => ServerCertificate) | undefined) {
  let back: NodeJS.Timeout | undefined;
  return {
    /** Connections end, new ones are refused, for so long; resolves when the server is off. */
    async outage(ms: number): Promise<void> {
      const { port, address } = server.address() as AddressInfo;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      back = setTimeout(() => server.listen(port, address), ms);
    },
    /** A new certificate of the same CA for new connections; without TLS there is none to replace. */
    replaceCertificate(): void {
      if (!renew || !(server instanceof HttpsServer)) throw new Rejection('conflict', 'The server does not speak TLS.');
      const { key, cert } = renew();
      server.setSecureContext({ key, cert });
    },
    stop(): void {
      clearTimeout(back);
    },
  };
}

export type Listener = ReturnType<typeof createListener>;
