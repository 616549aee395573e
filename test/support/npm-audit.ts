import { execFile } from 'node:child_process';
import { ROOT } from '../pages/markdown-files.ts';

const WITHIN_MS = 60_000;

/** One advisory that `npm audit` reports. */
export interface Advisory {
  /** Its page, https://github.com/advisories/GHSA-…: what a judgement names. */
  readonly url: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
}

export type Audit =
  | { readonly kind: 'answered'; readonly advisories: readonly Advisory[] }
  /** The registry has no audit, or cannot be reached. */
  | { readonly kind: 'no-answer'; readonly reason: string };

/**
 * Asks the registry which of the locked packages are known to be vulnerable.
 *
 * @param packages `installed`: those that come with the package; `all`: those for development as well.
 */
export async function npmAudit(packages: 'installed' | 'all'): Promise<Audit> {
  return parseAudit(await outputOfNpm(['audit', '--json', ...(packages === 'installed' ? ['--omit=dev'] : [])]));
}

/** The JSON of `npm audit` (its report's version 2). */
export function parseAudit(output: string): Audit {
  const report = parsed(output);
  if (report?.vulnerabilities === undefined) {
    return { kind: 'no-answer', reason: report?.message ?? report?.error?.summary ?? 'npm audit printed no report' };
  }
  const found = Object.values(report.vulnerabilities)
    .flatMap(({ via }) => via)
    // A string names another vulnerable package, whose own entry carries the advisory.
    .filter((cause) => typeof cause !== 'string')
    .map(({ url, name, severity, title }) => [url, { url, package: name, severity, title }] as const);
  return { kind: 'answered', advisories: [...new Map(found).values()] };
}

interface Report {
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Cause)[] }>>;
}
type Cause = { readonly url: string; readonly name: string; readonly severity: string; readonly title: string };

function parsed(output: string): Report | undefined {
  try {
    return JSON.parse(output) as Report;
  } catch {
    return undefined;
  }
}

/** Npm's exit code says only whether there are findings. */
const outputOfNpm = (args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile('npm', [...args], { cwd: ROOT, timeout: WITHIN_MS }, (_, stdout) => resolve(stdout));
  });
