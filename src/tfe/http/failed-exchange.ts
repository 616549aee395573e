import type { TfeErrorReason } from './tfe-error.ts';

/** OpenSSL's verdicts on a certificate as Node spells them, and Node's own about the name. */
const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const REASON_BY_CODE: Readonly<Record<string, TfeErrorReason>> = {
  ECONNREFUSED: 'connection-refused',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  UND_ERR_SOCKET: 'connection-lost',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'connection-lost',
  // undici reports a CONNECT without a 200 like this. Our own aborts were recognized earlier.
  UND_ERR_ABORTED: 'proxy-refused',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
};

// Libraries wrap the socket's error a few times. The limit keeps a cycle of causes from hanging us.
const MAX_CAUSES = 8;

/** Every `code` in the error and its causes, outermost first. Total: takes whatever was thrown. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth++) {
    if ('code' in current && typeof current.code === 'string') codes.push(current.code);
    // A host with several addresses fails with one error for each.
    const nested = 'errors' in current && Array.isArray(current.errors) ? (current.errors as unknown[])[0] : undefined;
    current = nested ?? ('cause' in current ? current.cause : undefined);
  }
  return codes;
}

/** Why the exchange failed, from the error codes of the socket; the error itself is not kept. */
export function reasonOf(error: unknown): TfeErrorReason {
  const codes = codesOf(error);
  if (codes.some((code) => CERTIFICATE_CODES.has(code))) return 'untrusted-certificate';
  for (const code of codes) {
    const reason = REASON_BY_CODE[code];
    if (reason !== undefined) return reason;
  }
  return 'network';
}

/** OpenSSL's verdict, for the text of an untrusted certificate; a constant of the library, never a value of the connection. */
export function certificateVerdict(error: unknown): string | undefined {
  return codesOf(error).find((code) => CERTIFICATE_CODES.has(code));
}
