import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { startLocalTfeProcess } from '../../../../src/stack/runwright-processes.ts';
import { openStack } from '../../../../src/stack/stack.ts';
import { closeAfterTests } from '../../../../test/support/after-tests.ts';

const ORGANIZATION = 'acme';

export interface Resource {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A local TFE in a process of its own, as `runwright local-tfe --tls` starts it, with one organization. */
export interface TfeOverTls {
  /** `localhost:PORT`: what a client is configured with. */
  readonly host: string;
  readonly caFile: string;
  readonly token: string;
  /** What runs the plans and applies. */
  readonly engine: string;
  readonly organization: string;
  workspace(name: string): Promise<Resource>;
  /** Of a workspace, oldest first, plan-only ones too. */
  runs(workspaceName: string): Promise<Resource[]>;
  /** GET below `/api/v2/`. Rejects on any answer but 200. */
  read(path: string): Promise<{ data: unknown }>;
  /** Makes a token of a new user who has that access to every workspace. */
  grantToken(access: 'none' | 'read' | 'plan'): Promise<string>;
}

/** Starts it with its data under `directory`; it is stopped after the last test of the file. */
export async function startTfeOverTls(directory: string): Promise<TfeOverTls> {
  const token = 'token-of-the-administrator';
  const stack = openStack({ directory, environment: process.env });
  closeAfterTests(() => stack.stop());
  const {
    address,
    engine,
    caFile = '',
  } = await startLocalTfeProcess(stack, {
    token,
    dataDirectory: join(directory, 'data'),
    flags: ['--tls'],
  });
  const trusting = new Agent({ connect: { ca: readFileSync(caFile) } });
  closeAfterTests(() => trusting.close());

  const ask = async (method: string, path: string, type: string, body?: unknown): Promise<{ data: unknown }> => {
    const answer = await fetch(`${address}${path}`, {
      method,
      dispatcher: trusting,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as { data: unknown };
  };
  const read: TfeOverTls['read'] = (path) => ask('GET', `/api/v2/${path}`, '');
  const workspace: TfeOverTls['workspace'] = async (name) =>
    (await read(`organizations/${ORGANIZATION}/workspaces/${name}`)).data as Resource;

  await ask('POST', '/api/v2/organizations', 'application/vnd.api+json', {
    data: { type: 'organizations', attributes: { name: ORGANIZATION, email: 'a@example.com' } },
  });
  return {
    host: `localhost:${new URL(address).port}`,
    caFile,
    token,
    engine,
    organization: ORGANIZATION,
    workspace,
    read,
    async runs(workspaceName) {
      const { id } = await workspace(workspaceName);
      // Plan-only runs are listed only when they are asked for.
      const operations = 'plan_only,plan_and_apply,save_plan,refresh_only,destroy,empty_apply';
      const { data } = await read(`workspaces/${id}/runs?filter[operation]=${operations}`);
      return (data as Resource[]).toReversed();
    },
    async grantToken(access) {
      const granted = `token-for-${access}`;
      await ask('POST', '/_control/tokens', 'application/json', { token: granted, username: `may-${access}`, access });
      return granted;
    },
  };
}
