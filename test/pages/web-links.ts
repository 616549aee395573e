import { EnvHttpProxyAgent, fetch } from 'undici';

const WITHIN_MS = 10_000;
const AT_ONCE = 4;

/** `gone`: the server says 404 or 410. `unknown`: it could not be asked, or would not say (401, 403, 429, 5xx). */
export interface LinkAnswer {
  readonly url: string;
  readonly kind: 'there' | 'gone' | 'unknown';
  /** The HTTP status, or why there was none. */
  readonly said: string;
}

/** The links of a text that lead out into the web, each once and without its `#fragment`; examples and loopback are none. */
export function webLinksOf(text: string): string[] {
  const links = [...text.matchAll(/https:\/\/[^\s)>\]"'`,;]+/g)].map(([link]) => link.split('#')[0] ?? link);
  return [...new Set(links.map((link) => link.replace(/[.:]+$/, '')))].filter(isInTheWeb).toSorted();
}

/** Asks each link once, few at a time; never rejects. */
export async function askLinks(urls: readonly string[]): Promise<LinkAnswer[]> {
  const waiting = [...urls];
  const answers: LinkAnswer[] = [];
  const proxies = new EnvHttpProxyAgent();
  const ask = async (): Promise<void> => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) answers.push(await askLink(url, proxies));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  await proxies.destroy();
  return answers.toSorted((a, b) => a.url.localeCompare(b.url));
}

async function askLink(url: string, dispatcher: EnvHttpProxyAgent): Promise<LinkAnswer> {
  try {
    const status = await statusOf('HEAD', url, dispatcher);
    // Some servers know no HEAD, and say so in many ways.
    return verdictOn(url, status < 400 ? status : await statusOf('GET', url, dispatcher));
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    return { url, kind: 'unknown', said: cause?.code ?? message };
  }
}

async function statusOf(method: 'HEAD' | 'GET', url: string, dispatcher: EnvHttpProxyAgent): Promise<number> {
  const { status, body } = await fetch(url, { method, dispatcher, signal: AbortSignal.timeout(WITHIN_MS) });
  await body?.cancel();
  return status;
}

function verdictOn(url: string, status: number): LinkAnswer {
  const kind = status < 400 ? 'there' : status === 404 || status === 410 ? 'gone' : 'unknown';
  return { url, kind, said: `HTTP ${status}` };
}

/** Names that RFC 2606 keeps for examples, hosts without a dot, placeholders, and this machine lead nowhere. */
function isInTheWeb(link: string): boolean {
  if (!URL.canParse(link) || /[…${}]/.test(link)) return false;
  const { hostname } = new URL(link);
  return /\.[a-z]+$/.test(hostname) && !/(^|\.)(example(\.\w+)?|test|invalid|localhost)$/.test(hostname);
}
