import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import { closeAfterTests } from './after-tests.ts';

const run = promisify(execFile);

export interface Certificates {
  readonly ca: string;
  readonly server: string;
  readonly serverKey: string;
  readonly client: string;
  readonly clientKey: string;
}

/** A certificate authority, and certificates of it for 127.0.0.1 and for a client; made with openssl. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const file = (name: string): string => join(directory, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await run('openssl', [
    ...['req', '-x509', ...key, '-subj', '/CN=the CA of the test'],
    ...['-keyout', file('ca.key'), '-out', file('ca.pem')],
  ]);
  for (const [name, usage] of [
    ['server', 'serverAuth'],
    ['client', 'clientAuth'],
  ] as const) {
    writeFileSync(file(`${name}.ext`), `subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=${usage}\n`);
    const request = ['req', ...key.slice(0, -2), '-subj', `/CN=${name}`];
    await run('openssl', [...request, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`)]);
    await run('openssl', [
      ...['x509', '-req', '-in', file(`${name}.csr`), '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
      ...['-CAcreateserial', '-days', '2', '-extfile', file(`${name}.ext`), '-out', file(`${name}.pem`)],
    ]);
  }
  return {
    ca: file('ca.pem'),
    server: file('server.pem'),
    serverKey: file('server.key'),
    client: file('client.pem'),
    clientKey: file('client.key'),
  };
}

export interface TlsFront {
  /** 127.0.0.1:PORT */
  readonly address: string;
  /** Common names of the clients that were let in. */
  readonly clients: ReadonlySet<string>;
}

/** In front of a server without TLS: ends TLS, lets in only who has a certificate of the CA, and passes the bytes on. */
export async function tlsInFrontOf(target: string, certificates: Certificates): Promise<TlsFront> {
  const [host, port] = target.split(':') as [string, string];
  const clients = new Set<string>();
  const server = createServer(
    {
      ca: readFileSync(certificates.ca),
      cert: readFileSync(certificates.server),
      key: readFileSync(certificates.serverKey),
      requestCert: true,
      rejectUnauthorized: true,
      // gRPC is HTTP/2, and clients hang up on a server that does not say so.
      ALPNProtocols: ['h2'],
    },
    (secured) => {
      clients.add(String(secured.getPeerCertificate().subject.CN));
      const plain = connect(Number(port), host);
      secured.pipe(plain).pipe(secured);
      for (const [one, other] of [
        [secured, plain],
        [plain, secured],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
      open.add(() => secured.destroy());
    },
  );
  const open = new Set<() => void>();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterTests(() => {
    for (const close of open) close();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, clients };
}

/** Speaks gRPC over TLS just enough to note what callers send, and refuses every call as "unauthenticated". */
export async function credentialsNoted(
  certificates: Certificates,
): Promise<{ readonly address: string; readonly authorizations: ReadonlySet<string> }> {
  const authorizations = new Set<string>();
  const server = createSecureServer({
    cert: readFileSync(certificates.server),
    key: readFileSync(certificates.serverKey),
  });
  server.on('stream', (stream, headers) => {
    authorizations.add(String(headers.authorization));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '16' }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterTests(() => void server.close());
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, authorizations };
}
