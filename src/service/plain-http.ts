/** Whether what is sent to this address can be read on the way: without TLS, beyond this machine. */
export function isReadOnTheWay(address: string): boolean {
  const { protocol = '', hostname = '' } = URL.parse(address) ?? {};
  return protocol === 'http:' && !isLoopback(hostname);
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** What follows, in one sentence. */
export const READ_ON_THE_WAY = 'TFE_ADDRESS is http: whoever is on the way reads the token, and everything else';
