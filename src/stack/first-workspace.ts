/** A TFE, and a token that may create organizations in it. */
export interface TfeAccess {
  /** http://127.0.0.1:PORT */
  readonly address: string;
  readonly token: string;
}

const ANSWER_WITHIN_MS = 20_000;

/**
 * Makes the organization and the workspace through the TFE API, unless they exist. Rejects with one sentence if TFE
 * refuses.
 */
export async function ensureWorkspace(
  tfe: TfeAccess,
  { organization, workspace }: { readonly organization: string; readonly workspace: string },
): Promise<void> {
  const workspacePath = `/organizations/${organization}/workspaces`;
  if (await exists(tfe, `${workspacePath}/${workspace}`)) return;
  if (!(await exists(tfe, `/organizations/${organization}`))) {
    await create(tfe, '/organizations', 'organizations', {
      name: organization,
      email: `${organization}@localhost.test`,
    });
  }
  await create(tfe, workspacePath, 'workspaces', { name: workspace });
}

async function exists(tfe: TfeAccess, path: string): Promise<boolean> {
  const answer = await send(tfe, path, {});
  await answer.body?.cancel();
  if (answer.ok) return true;
  if (answer.status === 404) return false;
  throw new Error(`TFE refused to show ${path}: HTTP ${answer.status}`);
}

async function create(tfe: TfeAccess, path: string, type: string, attributes: object): Promise<void> {
  const answer = await send(tfe, path, { method: 'POST', body: JSON.stringify({ data: { type, attributes } }) });
  if (!answer.ok) throw new Error(`TFE refused POST ${path}: HTTP ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

const send = ({ address, token }: TfeAccess, path: string, init: RequestInit): Promise<Response> =>
  fetch(`${address}/api/v2${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json' },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
