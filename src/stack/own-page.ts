/** The facts that show where a request comes from. */
export interface AskedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request to a server on loopback is refused, in one sentence; `undefined` where it may pass.
 *
 * A browser sends a page's own name as Host and Origin, and cannot be made to send others. Host gives away the page whose
 * name was made to lead to loopback (DNS rebinding), Origin the one that posts across origins. Sec-Fetch-Site is sent with
 * every request, also from another port of this machine; of what comes from elsewhere, a link that was clicked may pass,
 * a frame may not, because a person can be led to click on what they do not see.
 */
export function refusalOf({ method = 'GET', url = '', headers }: AskedRequest, port: number): string | undefined {
  const own = NAMES.map((name) => (port === 80 ? name : `${name}:${port}`));
  const { host, origin, 'sec-fetch-site': site = 'none' } = headers;
  if (typeof host !== 'string' || !own.includes(host.toLowerCase())) {
    return `This is http://${own[0]}: it does not answer under another name.`;
  }
  if (!url.startsWith('/')) return 'Only paths of this server are served.';
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) return 'Another page may not ask this server.';
  if (site === 'same-origin' || site === 'none' || isClickedLink(method, headers)) return undefined;
  return 'Another page may not ask this server.';
}

const isClickedLink = (method: string, headers: AskedRequest['headers']): boolean =>
  method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
