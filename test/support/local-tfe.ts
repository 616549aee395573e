import { readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';
import { startLocalTfe, type LocalTfe, type LocalTfeOptions } from '../../packages/local-tfe/src/server.ts';
import { closeAfterTests } from './after-tests.ts';

/**
 * A local TFE in this process, over real HTTP, closed after the last test of the file. What is asked of it is not limited
 * unless the test says so.
 */
export async function localTfeForTests(options: LocalTfeOptions = {}): Promise<LocalTfe> {
  const tfe = await startLocalTfe({ rateLimit: 0, listRateLimitPerMinute: 0, ...options });
  closeAfterTests(() => tfe.close());
  return tfe;
}

export interface WorkspaceForTests {
  readonly organization: string;
  readonly workspace: string;
  /** `ws-…` */
  readonly id: string;
}

/** Makes an organization (unless there is one) and a workspace through the API, as any client would; also over TLS. */
export async function makeWorkspace(
  tfe: TfeForTests,
  { organization = 'demo', workspace, attributes = {} }: MakeWorkspace,
): Promise<WorkspaceForTests> {
  await post(tfe, '/organizations', {
    data: { type: 'organizations', attributes: { name: organization, email: `${organization}@example.com` } },
  });
  const made = await post(tfe, `/organizations/${organization}/workspaces`, {
    data: { type: 'workspaces', attributes: { name: workspace, ...attributes } },
  });
  if (made.data === undefined) throw new Error(`no workspace ${workspace}: ${JSON.stringify(made)}`);
  return { organization, workspace, id: made.data.id };
}

interface MakeWorkspace {
  readonly organization?: string;
  readonly workspace: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

type TfeForTests = Pick<LocalTfe, 'address' | 'token' | 'caFile'>;

async function post(tfe: TfeForTests, path: string, document: unknown): Promise<{ data?: { id: string } }> {
  // One for each request: the server is not waited for at its end because a connection is kept.
  const dispatcher = new Agent(tfe.caFile === undefined ? {} : { connect: { ca: readFileSync(tfe.caFile) } });
  try {
    const answer = await fetch(`${tfe.address}/api/v2${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tfe.token}`, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify(document),
      dispatcher,
    });
    return (await answer.json()) as { data?: { id: string } };
  } finally {
    await dispatcher.close();
  }
}
