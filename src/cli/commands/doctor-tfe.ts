import type { Check } from '../../temporal/doctor.ts';
import { readMarker } from '../../domain/run-marker.ts';
import { isReadOnTheWay, READ_ON_THE_WAY } from '../../service/plain-http.ts';
import type { TfeClient } from '../../tfe/client.ts';
import { TfeError } from '../../tfe/http/tfe-error.ts';
import type { Workspace } from '../../tfe/resources/workspaces.ts';
import type { CliDeps } from '../cli-deps.ts';
import { inTime, lateCheck } from './doctor-deadline.ts';
import { troubleOf } from '../report-error.ts';
import { pingPatiently } from './tfe-answers.ts';

/** The workspace meant for a run, if one is named. */
export interface AskedWorkspace {
  organization?: string;
  workspace?: string;
}

export interface TfeDiagnosis {
  checks: Check[];
  /** It did not answer. */
  isUnreachable: boolean;
  /** Whether a token is set and TFE takes it. */
  isTokenAccepted: boolean;
}

/** TFE's half of the doctor: address, certificate, token, rate limit, and the workspace if one is named. */
export async function checkTfe(asked: AskedWorkspace, deps: CliDeps): Promise<TfeDiagnosis> {
  const { tfeAddress } = deps.config();
  if (tfeAddress === undefined) {
    const todo = 'set TFE_ADDRESS to its URL and TFE_TOKEN to an API token of the team that drives the runs';
    return {
      checks: [{ name: 'tfe', state: 'failed', found: 'TFE_ADDRESS is not set', todo }],
      isUnreachable: false,
      isTokenAccepted: false,
    };
  }
  const { checks, ...found } = await checkServerAndToken(tfeAddress, asked, deps);
  return { ...found, checks: [...checks, ...transportChecks(tfeAddress)] };
}

function transportChecks(address: string): Check[] {
  if (!isReadOnTheWay(address)) return [];
  return [{ name: 'tls', state: 'warning', found: READ_ON_THE_WAY, todo: 'use https://, or keep TFE on this machine' }];
}

async function checkServerAndToken(address: string, asked: AskedWorkspace, deps: CliDeps): Promise<TfeDiagnosis> {
  const { tfe } = deps.config();
  const server = await inTime(checkServer(address, deps), () => lateCheck('tfe'));
  if (server.state === 'failed') return { checks: [server], isUnreachable: true, isTokenAccepted: false };
  if (tfe === undefined) {
    const todo = 'workers, logs and outputs need TFE_TOKEN or RUNWRIGHT_TFE_TOKEN_FILE; asking and approving do not';
    return {
      checks: [server, { name: 'token', state: 'warning', found: 'no token is set', todo }],
      isUnreachable: false,
      isTokenAccepted: false,
    };
  }
  const token = await inTime(checkToken(deps), () => lateCheck('token'));
  if (token.state === 'failed') return { checks: [server, token], isUnreachable: false, isTokenAccepted: false };
  const workspace = await inTime(checkWorkspace(asked, deps), () => [lateCheck('workspace')]);
  return { checks: [server, token, ...workspace], isUnreachable: false, isTokenAccepted: true };
}

// As long as the doctor waits for Temporal: one lost answer is no finding, and people sit before it.
const PATIENCE_MS = 10_000;

async function checkServer(address: string, deps: CliDeps): Promise<Check> {
  try {
    const { appName = 'a TFE', tfeVersion, apiVersion, requestsPerSecond } = await pingPatiently(deps, PATIENCE_MS);
    const facts = [
      `${appName}${tfeVersion ? ` ${tfeVersion}` : ''} at ${address}`,
      ...(apiVersion ? [`API ${apiVersion}`] : []),
      ...(requestsPerSecond ? [`${requestsPerSecond} requests/s`] : []),
    ];
    const check: Check = { name: 'tfe', state: 'ok', found: facts.join(', ') };
    // Runwright's own share is 26 of TFE's 30 requests a second; below that it would run into the limit.
    if (requestsPerSecond === undefined || requestsPerSecond >= 30) return check;
    return {
      ...check,
      state: 'warning',
      todo: 'this server allows fewer requests than TFE does: runs will be slowed down',
    };
  } catch (error) {
    return failedCheck('tfe', error);
  }
}

async function checkToken({ withTfe }: CliDeps): Promise<Check> {
  try {
    const { username } = await withTfe((tfe) => tfe.account.details());
    return { name: 'token', state: 'ok', found: `accepted, it belongs to ${username}` };
  } catch (error) {
    if (error instanceof TfeError && (error.kind === 'forbidden' || error.kind === 'not-found')) {
      // Team and organization tokens may not read account details on every server.
      return { name: 'token', state: 'ok', found: 'accepted; the server does not tell whose it is' };
    }
    return failedCheck('token', error);
  }
}

async function checkWorkspace({ workspace: name, ...asked }: AskedWorkspace, deps: CliDeps): Promise<Check[]> {
  const organization = asked.organization ?? deps.config().organization;
  if (name === undefined) return [];
  if (organization === undefined) {
    return [
      {
        name: 'workspace',
        state: 'failed',
        found: 'no organization is named',
        todo: 'give --organization, or set TFE_ORGANIZATION',
      },
    ];
  }
  try {
    return await deps.withTfe(async (tfe) => {
      const workspace = await tfe.workspaces.readByName(organization, name, { include: 'locked_by' });
      return [...workspaceChecks(workspace, `${organization}/${name}`), ...(await lockChecks(workspace, tfe))];
    });
  } catch (error) {
    return [failedCheck('workspace', error)];
  }
}

/** One line for the workspace, and one for each setting that keeps a run from working there. */
function workspaceChecks(workspace: Workspace, where: string): Check[] {
  const { executionMode = 'not told', isVcsConnected, autoApply, permissions } = workspace;
  const checks: Check[] = [{ name: 'workspace', state: 'ok', found: `${where}, execution mode ${executionMode}` }];
  const add = (state: Check['state'], found: string, todo: string) =>
    checks.push({ name: 'workspace', state, found, todo });
  if (executionMode === 'local') add('failed', 'TFE runs nothing in it', 'set its execution mode to remote or agent');
  if (isVcsConnected) {
    add(
      'warning',
      'takes its configuration from version control',
      'use run without --dir, or --mode plan-only with --dir',
    );
  }
  if (autoApply)
    add('warning', 'auto-apply is on', 'turn it off: Runwright asks for approval, whatever the server does with it');
  const missing = [
    permissions.canQueueRun === false && 'queue runs (Plan)',
    permissions.canQueueApply === false && 'apply (Apply)',
  ].filter((what) => what !== false);
  if (missing.length > 0)
    add('failed', `the token may not ${missing.join(' nor ')}`, 'give its team that permission on the workspace');
  return checks;
}

/** Who holds the workspace. A run holds it from its plan to its end, which is normal; people lock it by hand. */
async function lockChecks({ locked, lockedBy, lockedReason }: Workspace, tfe: TfeClient): Promise<Check[]> {
  const name = 'workspace';
  if (!locked) return [];
  if (lockedBy?.type !== 'runs') {
    const found = `it is locked${lockedBy ? ` by ${lockedBy.name ?? lockedBy.id}` : ''}${lockedReason ? `: ${lockedReason}` : ''}`;
    return [{ name, state: 'warning', found, todo: 'unlock it: runs wait until then' }];
  }
  const { id } = lockedBy;
  const key = readMarker(await messageOf(id, tfe))
    ?.workflowId.split('/')
    .at(-1);
  if (key !== undefined) {
    return [{ name, state: 'ok', found: `${id} of the request ${key} is under way in it; later runs wait behind it` }];
  }
  const todo = 'runs wait until it has ended: let it finish, or discard it in TFE';
  return [{ name, state: 'warning', found: `${id}, which is no run of Runwright, holds it`, todo }];
}

// The run may be gone, or this token may not see it. Then we know of no owner.
const messageOf = (runId: string, tfe: TfeClient): Promise<string | undefined> =>
  tfe.runs.read(runId).then(
    ({ message }) => message,
    () => undefined,
  );

function failedCheck(name: string, error: unknown): Check {
  if (!(error instanceof TfeError)) throw error;
  const { found, todo } = troubleOf(error);
  return { name, state: 'failed', found, ...(todo !== undefined && { todo }) };
}
