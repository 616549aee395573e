import { z } from 'zod';
import { limitsOf, send, type Sender } from '../tfe/send.ts';
import { TfeError } from '../tfe/tfe-error.ts';
import type { CliConfig } from './cli-config.ts';
import { withSender } from './tfe-sender.ts';

/** What a TFE says of itself. */
export interface TfeFacts {
  /** "Terraform Enterprise", "HCP Terraform", or what a compatible server calls itself. */
  product?: string;
  version?: string;
  apiVersion?: string;
  requestsPerSecond?: number;
}

// A person waits, and a server that needs longer is no use for a run.
const PROBE_TIMEOUT_MS = 10_000;

/** Asks /ping. Rejects with TfeError only where nobody answers there: a refused token is an answer too. */
export async function pingTfe(address: string, config: CliConfig): Promise<TfeFacts> {
  return await withSender(config, async (sender) => {
    const token = config.tfe?.token().reveal();
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await probe(sender, address, { path: 'ping', headers, secrets: [token ?? ''] }).catch(
      answeredAnyway,
    );
    const header = (name: string): string | undefined => answer?.headers.get(name) || undefined;
    const perSecond = Number(header('x-ratelimit-limit'));
    const product = header('tfp-appname');
    const version = header('x-tfe-version');
    const apiVersion = header('tfp-api-version');
    return {
      ...(product && { product }),
      ...(version && { version }),
      ...(apiVersion && { apiVersion }),
      ...(perSecond > 0 && { requestsPerSecond: perSecond }),
    };
  });
}

const account = z.object({ data: z.object({ attributes: z.object({ username: z.string() }) }) });

/** Whom the token belongs to. Rejects with TfeError `unauthorized` where it is not accepted. */
export async function readTokenOwner(address: string, config: CliConfig): Promise<string> {
  const token = config.tfe?.token().reveal() ?? '';
  return await withSender(config, async (sender) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await probe(sender, address, { path: 'account/details', headers, secrets: [token] });
    const parsed = account.safeParse(jsonOf(await answer.text(65_536)));
    return parsed.success ? parsed.data.data.attributes.username : 'an account without a name';
  });
}

interface Probe {
  path: string;
  headers: Record<string, string>;
  secrets: string[];
}

const probe = (sender: Sender, address: string, { path, headers, secrets }: Probe) =>
  send(sender, {
    operation: path,
    method: 'get',
    url: new URL(`/api/v2/${path}`, address),
    headers: { ...headers, accept: 'application/vnd.api+json, application/json', 'user-agent': 'runwright' },
    limits: limitsOf(PROBE_TIMEOUT_MS, undefined),
    secrets: secrets.filter((secret) => secret !== ''),
  });

// A server that refuses /ping answers nevertheless; one that is broken or silent does not count as up.
function answeredAnyway(error: unknown): undefined {
  if (error instanceof TfeError && error.kind !== 'no-answer' && error.kind !== 'server') return undefined;
  throw error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
