/** Environment variables as a process is given them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that the caller made for a real server must never reach a process of the embedded stack. */
const NOT_INHERITED = /^(TEMPORAL|TFE|RUNWRIGHT)_/;

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/**
 * The environment of a child process: the caller's, without any setting that names a real Temporal or TFE server, plus
 * `own`. Proxies are kept (terraform may fetch providers through them), but never used for loopback.
 */
export function childEnvironment(inherited: Environment, own: Environment = {}): Record<string, string> {
  const kept = Object.entries(inherited).filter(([name]) => !NOT_INHERITED.test(name));
  const bypass = withLoopback(inherited['NO_PROXY'] ?? inherited['no_proxy']);
  const all = [...kept, ['NO_PROXY', bypass], ['no_proxy', bypass], ...Object.entries(own)] as const;
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function withLoopback(noProxy: string | undefined): string {
  const hosts = (noProxy ?? '').split(',').map((host) => host.trim());
  return [...new Set([...hosts.filter((host) => host !== ''), ...LOOPBACK])].join(',');
}
