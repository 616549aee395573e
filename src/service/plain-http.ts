/** Whether others can read what we send to this address: no TLS, and not this machine. */
export function isReadOnTheWay(address: string): boolean {
  const { protocol = '', hostname = '' } = URL.parse(address) ?? {};
  return protocol === 'http:' && !isLoopback(hostname);
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** The consequence, in one sentence. */
export const READ_ON_THE_WAY = 'TFE_ADDRESS is http: whoever is on the way reads the token, and everything else';
