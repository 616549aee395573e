import type { Check } from '../client/doctor.ts';
import { TfeError } from '../tfe/tfe-error.ts';
import type { Workspace } from '../tfe/workspaces.ts';
import type { CliDeps } from './cli-deps.ts';
import type { DoctorFlags } from './doctor.ts';
import { explainTfeError } from './report-error.ts';

interface TfeDiagnosis {
  checks: Check[];
  reached: 'yes' | 'no' | 'not-asked';
}

/** TFE's half of the doctor: address, certificate, token, rate limit, and the workspace where one is named. */
export async function checkTfe(flags: DoctorFlags, deps: CliDeps): Promise<TfeDiagnosis> {
  const { tfeAddress, tfe } = deps.config();
  if (tfeAddress === undefined) {
    const todo = 'set TFE_ADDRESS to its URL and TFE_TOKEN to an API token of the team that drives the runs';
    return { checks: [{ name: 'tfe', state: 'failed', found: 'TFE_ADDRESS is not set', todo }], reached: 'not-asked' };
  }
  const server = await checkServer(tfeAddress, deps);
  if (server.state === 'failed') return { checks: [server], reached: 'no' };
  if (tfe === undefined) {
    const todo = 'workers, logs and outputs need TFE_TOKEN or RUNWRIGHT_TFE_TOKEN_FILE; asking and approving do not';
    return { checks: [server, { name: 'token', state: 'warning', found: 'no token is set', todo }], reached: 'yes' };
  }
  const token = await checkToken(deps);
  if (token.state === 'failed') return { checks: [server, token], reached: 'yes' };
  return { checks: [server, token, ...(await checkWorkspace(flags, deps))], reached: 'yes' };
}

async function checkServer(address: string, { pingTfe }: CliDeps): Promise<Check> {
  try {
    const { appName = 'a TFE', tfeVersion, apiVersion, requestsPerSecond } = await pingTfe();
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
    if (error instanceof TfeError && error.kind !== 'unauthorized') {
      // Team and organization tokens may not read account details on every server.
      return { name: 'token', state: 'ok', found: 'accepted; the server does not tell whose it is' };
    }
    return failedCheck('token', error);
  }
}

async function checkWorkspace(flags: DoctorFlags, deps: CliDeps): Promise<Check[]> {
  const organization = flags.organization ?? deps.config().organization;
  const { workspace: name } = flags;
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
    return workspaceChecks(
      await deps.withTfe((tfe) => tfe.workspaces.readByName(organization, name)),
      `${organization}/${name}`,
    );
  } catch (error) {
    return [failedCheck('workspace', error)];
  }
}

/** One line for the workspace, and one for each thing that keeps a run from working there. */
function workspaceChecks(workspace: Workspace, where: string): Check[] {
  const { executionMode = 'not told', isVcsConnected, autoApply, locked, permissions } = workspace;
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
  if (locked) add('warning', 'it is locked', 'unlock it: runs wait until then');
  const missing = [
    permissions.canQueueRun === false && 'queue runs (Plan)',
    permissions.canQueueApply === false && 'apply (Apply)',
  ].filter((what) => what !== false);
  if (missing.length > 0)
    add('failed', `the token may not ${missing.join(' nor ')}`, 'give its team that permission on the workspace');
  return checks;
}

function failedCheck(name: string, error: unknown): Check {
  if (!(error instanceof TfeError)) throw error;
  const { sentence } = explainTfeError(error);
  const at = sentence.lastIndexOf(': ');
  return { name, state: 'failed', found: sentence.slice(0, at), todo: sentence.slice(at + 2) };
}
