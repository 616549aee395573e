import { connect } from 'node:tls';

// The refused connection was just made: another handshake with the same host is quick or not worth waiting for.
const HANDSHAKE_MS = 3_000;

/**
 * Who issued the certificate that `url` shows, for the message "not trusted". Makes a handshake of its own that trusts nothing and sends no byte
 * of a request, because Node gives the certificate of a refused connection to nobody. Never rejects: undefined when it cannot be told.
 */
export function issuerOf(url: URL, trusted: string[] | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/gu, '');
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(!/^[\d.]+$|:/u.test(host) && { servername: host }),
      ...(trusted && { ca: trusted }),
      rejectUnauthorized: false, // only looks at the certificate, and hangs up
    });
    const finish = (issuer: string | undefined): void => {
      socket.destroy();
      resolve(issuer);
    };
    socket.setTimeout(HANDSHAKE_MS, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('secureConnect', () => {
      const { issuer } = socket.getPeerCertificate();
      const name = [issuer?.CN, issuer?.O].flat().find((part) => typeof part === 'string' && part !== '');
      finish(name?.slice(0, 200));
    });
  });
}
