import { connect } from 'node:tls';

// The refused connection was just made, so another handshake with the host is either quick or not worth the wait.
const HANDSHAKE_MS = 3_000;

/**
 * Who issued the certificate that `url` shows, for the message "not trusted". Node does not give out the certificate of
 * a refused connection, so this makes its own handshake, which trusts nothing and sends no byte of a request. Never
 * rejects: undefined if the issuer is unknown.
 */
export function issuerOf(url: URL, trusted: string[] | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/gu, '');
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(!/^[\d.]+$|:/u.test(host) && { servername: host }),
      ...(trusted && { ca: trusted }),
      rejectUnauthorized: false, // only reads the certificate, and hangs up
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
