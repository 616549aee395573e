import { Rejection } from '../rejection.ts';
import { newId } from '../ids.ts';
import type { AnnounceChecksDeps } from '../check/announce-checks.ts';
import type { TransitionsDeps } from './transitions.ts';
import type { Store } from '../store/store.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import type { RunSignals } from './run-signals.ts';
import type { Journal } from '../control/journal.ts';
import type { ConfigurationVersionRecord } from '../configuration-version/configuration-version-record.ts';
import type { PhaseRecord } from '../plan-and-apply/phase-record.ts';
import type { RunRecord } from './run-record.ts';
import type { WorkspaceRecord } from '../workspace/workspace-record.ts';
import { announceChecks } from '../check/announce-checks.ts';
import { addRunEvent } from './transitions.ts';

export interface CreateRunDeps extends AnnounceChecksDeps, TransitionsDeps {
  store: Store;
  timestamp: () => string;
  engine: RunEngine;
  signals: RunSignals;
  journal: Journal;
  onError: (error: unknown) => void;
}

export type RunOptions = Pick<
  RunRecord,
  | 'message'
  | 'source'
  | 'triggerReason'
  | 'createdBy'
  | 'autoApply'
  | 'isDestroy'
  | 'refresh'
  | 'refreshOnly'
  | 'planOnly'
  | 'savePlan'
  | 'allowEmptyApply'
  | 'allowConfigGeneration'
  | 'debuggingMode'
  | 'targetAddrs'
  | 'replaceAddrs'
  | 'invokeActionAddrs'
  | 'policyPaths'
  | 'variables'
  | 'terraformVersion'
>;

export const DEFAULT_MESSAGE = 'Queued manually via the Terraform Enterprise API';

/** The options of a run that nobody gave any. */
export const plainRun = (
  workspace: WorkspaceRecord,
  version: ConfigurationVersionRecord,
): Omit<RunOptions, 'createdBy'> => ({
  message: DEFAULT_MESSAGE,
  source: 'tfe-api',
  triggerReason: 'manual',
  autoApply: workspace.attributes['auto-apply'] === true,
  isDestroy: false,
  refresh: true,
  refreshOnly: false,
  planOnly: version.speculative,
  savePlan: false,
  allowEmptyApply: false,
  allowConfigGeneration: false,
  debuggingMode: false,
  targetAddrs: null,
  replaceAddrs: null,
  invokeActionAddrs: null,
  policyPaths: null,
  variables: [],
  terraformVersion: String(workspace.attributes['terraform-version']),
});

/**
 * The version that a run without one uses: the workspace's current one. Any of the organization may be asked for: TFE lets code
 * that is known to be good be promoted from one workspace to another. TFE's refusals for none and for one in the making.
 */
export function usableVersion(
  deps: CreateRunDeps,
  workspace: WorkspaceRecord,
  asked: string | undefined,
): ConfigurationVersionRecord {
  const id = asked ?? workspace.currentConfigurationVersionId;
  const pointer = '/data/relationships/configuration-version';
  const version = id === null ? undefined : deps.store.configurationVersions.get(id);
  if (!version || deps.store.workspaces.require(version.workspaceId).organization !== workspace.organization)
    throw new Rejection('invalid', 'Configuration version is missing', pointer);
  if (version.status === 'pending')
    throw new Rejection('invalid', 'Configuration version is still being processed.', pointer);
  if (version.status !== 'uploaded')
    throw new Rejection('invalid', `Configuration version is ${version.status}.`, pointer);
  return version;
}

/** Makes the run with its plan and apply, pending, and lets the engine start what may start. */
export function createRun(
  deps: CreateRunDeps,
  target: {
    workspace: WorkspaceRecord;
    version: ConfigurationVersionRecord;
    /** For a client that cannot read structured logs, whatever the workspace is set to. */
    logs?: 'text';
  },
  options: RunOptions,
): RunRecord {
  const { workspace, version } = target;
  const id = newId('run');
  const structured = target.logs !== 'text' && workspace.attributes['structured-run-output-enabled'] !== false;
  const at = deps.timestamp();
  const run: RunRecord = {
    ...options,
    id,
    workspaceId: workspace.id,
    organization: workspace.organization,
    configurationVersionId: version.id,
    planId: newId('plan'),
    applyId: newId('apply'),
    costEstimateId: null,
    status: 'pending',
    awaiting: null,
    statusTimestamps: { 'plan-queueable-at': at },
    createdAt: at,
    confirmedBy: null,
    canceledBy: null,
    canceledAt: null,
    forceCancelAvailableAt: null,
    forceCanceled: false,
    errorText: null,
    hasChanges: false,
  };
  deps.store.transaction(() => {
    Object.assign(run, announceChecks(deps, run, { workspace, version }));
    deps.store.runs.insert(run);
    deps.store.plans.insert(phase(run.planId, id, structured));
    deps.store.applies.insert(phase(run.applyId, id, structured));
    deps.store.workspaces.update(workspace.id, { latestRunId: id, ...currentVersion(workspace, version) });
    addRunEvent(deps, id, { action: 'queued', userId: options.createdBy });
  });
  deps.journal.note({ kind: 'run-status', runId: id, status: 'pending', by: options.createdBy });
  deps.signals.emit(run);
  // After the answer: the client gets a run that is pending, as from TFE.
  setImmediate(() => {
    try {
      deps.engine.tick(workspace.id);
    } catch (error) {
      deps.onError(error);
    }
  });
  return run;
}

/** A version of another workspace that is used here is the one that the next run without one uses. */
const currentVersion = (
  workspace: WorkspaceRecord,
  { id, workspaceId, speculative, provisional }: ConfigurationVersionRecord,
): Partial<WorkspaceRecord> =>
  workspaceId === workspace.id || speculative || provisional ? {} : { currentConfigurationVersionId: id };

const phase = (id: string, runId: string, structured: boolean): PhaseRecord => ({
  id,
  runId,
  status: 'pending',
  statusTimestamps: {},
  structured,
  counts: null,
  hasChanges: false,
  generatedConfiguration: false,
  errorMessage: null,
  stateVersionIds: [],
});
