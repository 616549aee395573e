import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { ScriptRecord } from '../engine/script.ts';
import { Collection } from './collection.ts';
import type { CostEstimateRecord, PolicyCheckRecord, TaskStageRecord } from '../check/check-records.ts';
import type { NotificationConfigurationRecord } from '../notification-configuration/notification-configuration-record.ts';
import type { CommentRecord } from '../comment/comment-record.ts';
import type { ConfigurationVersionRecord } from '../configuration-version/configuration-version-record.ts';
import type { MembershipRecord, OrganizationRecord } from '../organization/organization-records.ts';
import type { PhaseRecord } from '../plan-and-apply/phase-record.ts';
import type { ProjectRecord } from '../project/project-record.ts';
import type { RunEventRecord, RunRecord } from '../run/run-record.ts';
import type { StateOutputRecord, StateVersionRecord } from '../state/state-version-records.ts';
import type { TokenRecord, UserRecord } from '../account/user-records.ts';
import type { VariableRecord } from '../variable/variable-record.ts';
import type { WorkspaceRecord } from '../workspace/workspace-record.ts';

import type { SshKeyRecord } from '../ssh-key/ssh-key-record.ts';
import type { TeamAccessRecord, TeamRecord } from '../team/team-records.ts';

const collections = (db: DatabaseSync) => ({
  users: new Collection<UserRecord>(db, 'users', (user) => ({ name: user.username })),
  tokens: new Collection<TokenRecord>(db, 'tokens', (token) => ({ scope: token.userId })),
  organizations: new Collection<OrganizationRecord>(db, 'organizations', (organization) => ({ name: organization.id })),
  projects: new Collection<ProjectRecord>(db, 'projects', ({ organization, name }) => ({ scope: organization, name })),
  workspaces: new Collection<WorkspaceRecord>(db, 'workspaces', ({ organization, name }) => ({
    scope: organization,
    name,
  })),
  configurationVersions: new Collection<ConfigurationVersionRecord>(db, 'configuration_versions', (version) => ({
    scope: version.workspaceId,
    status: version.status,
  })),
  runs: new Collection<RunRecord>(db, 'runs', (run) => ({
    scope: run.workspaceId,
    owner: run.organization,
    status: run.status,
  })),
  plans: new Collection<PhaseRecord>(db, 'plans', (plan) => ({ scope: plan.runId })),
  applies: new Collection<PhaseRecord>(db, 'applies', (apply) => ({ scope: apply.runId })),
  stateVersions: new Collection<StateVersionRecord>(db, 'state_versions', (version) => ({
    scope: version.workspaceId,
    status: version.status,
  })),
  stateOutputs: new Collection<StateOutputRecord>(db, 'state_outputs', (output) => ({ scope: output.stateVersionId })),
  variables: new Collection<VariableRecord>(db, 'variables', ({ workspaceId, key }) => ({
    scope: workspaceId,
    name: key,
  })),
  costEstimates: new Collection<CostEstimateRecord>(db, 'cost_estimates', ({ runId }) => ({ scope: runId })),
  policyChecks: new Collection<PolicyCheckRecord>(db, 'policy_checks', ({ runId }) => ({ scope: runId })),
  taskStages: new Collection<TaskStageRecord>(db, 'task_stages', ({ runId, status }) => ({ scope: runId, status })),
  scripts: new Collection<ScriptRecord>(db, 'scripts', () => ({})),
  notificationConfigurations: new Collection<NotificationConfigurationRecord>(
    db,
    'notification_configurations',
    ({ workspaceId }) => ({ scope: workspaceId }),
  ),
  teams: new Collection<TeamRecord>(db, 'teams', ({ organization, name }) => ({ scope: organization, name })),
  teamAccesses: new Collection<TeamAccessRecord>(db, 'team_accesses', ({ teamId, workspaceId }) => ({
    scope: teamId,
    name: workspaceId,
  })),
  memberships: new Collection<MembershipRecord>(db, 'memberships', ({ organization, userId }) => ({
    scope: organization,
    name: userId,
  })),
  sshKeys: new Collection<SshKeyRecord>(db, 'ssh_keys', ({ organization }) => ({ scope: organization })),
  comments: new Collection<CommentRecord>(db, 'comments', (comment) => ({ scope: comment.runId })),
  runEvents: new Collection<RunEventRecord>(db, 'run_events', (event) => ({ scope: event.runId })),
});

type Collections = ReturnType<typeof collections>;

export interface Store extends Collections {
  /** All or nothing; joins the transaction that is open. The work must not await. */
  transaction<T>(work: () => T): T;
  /** A value that outlives a restart, made once. */
  setting(name: string, make: () => string): string;
  readonly database: DatabaseSync;
  close(): void;
}

/** Opens the store: `:memory:`, or a file, which outlives a kill of the process (WAL). Throws where another server has it. */
export function openStore(location: string): Store {
  // A server that is being replaced may still be closing.
  if (location !== ':memory:') closeToOthers(location);
  const database = new DatabaseSync(location, { timeout: 2_000 });
  lock(database, location);
  // NORMAL is enough for a killed process; only a power cut may lose the last answers.
  database.exec('PRAGMA synchronous = NORMAL;');
  database.exec('CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  let depth = 0;
  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work();
    depth += 1;
    database.exec('BEGIN');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has ended it already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    } finally {
      depth -= 1;
    }
  };
  const setting = (name: string, make: () => string): string => {
    const row = database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    if (row) return String(row['value']);
    const value = make();
    database.prepare('INSERT INTO settings (name, value) VALUES (?, ?)').run(name, value);
    return value;
  };
  return { ...collections(database), transaction, setting, database, close: () => database.close() };
}

/** Variables and states are in it. SQLite gives its log the mode of the store. */
function closeToOthers(location: string): void {
  closeSync(openSync(location, 'a', 0o600));
  chmodSync(location, 0o600);
}

/** One server per data directory: two would drive the same runs. The lock goes with the process, however it ends. */
function lock(database: DatabaseSync, location: string): void {
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; COMMIT;');
  } catch (error) {
    database.close();
    if (!String(error).includes('locked')) throw error;
    throw new Error(`${location} is in use by another local TFE`, { cause: error });
  }
}
