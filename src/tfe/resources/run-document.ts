import { z } from 'zod';
import {
  defined,
  included,
  maybeFlag,
  maybeNumber,
  maybeObject,
  maybeText,
  pageOf,
  related,
  relatedId,
  relatedIds,
  resourceId,
  timestamps,
} from '../http/json-api.ts';
import type { Included } from '../http/json-api.ts';
import { countAttributes, toCounts } from './resource-counts.ts';
import type { ResourceCounts } from './resource-counts.ts';

/** What the state of the run allows, for anybody. */
export interface RunActions {
  isConfirmable: boolean;
  isDiscardable: boolean;
  isCancelable: boolean;
  isForceCancelable: boolean;
}

/** What this token may do; absent where the server does not say. */
export interface RunPermissions {
  canApply?: boolean;
  canCancel?: boolean;
  canComment?: boolean;
  canDiscard?: boolean;
  canForceExecute?: boolean;
  canForceCancel?: boolean;
  canOverridePolicyCheck?: boolean;
}

export interface UserRef {
  id: string;
  /** Only if the server sent the user along. */
  username?: string;
}

/** A plan or an apply that the server sent with its run. */
export interface SideLoadedPhase {
  status: string;
  counts: ResourceCounts;
}

/** A run in our spelling. A fact is absent if the server does not send it. */
export interface Run {
  id: string;
  /** An open set: TFE adds statuses without notice. */
  status: string;
  /** `<status>-at` to ISO 8601, for every stage that the run has passed. */
  statusTimestamps: Record<string, string>;
  /** All false if the server says nothing, as in the 2017 answer to a create. */
  actions: RunActions;
  permissions: RunPermissions;
  /** Meaningful once the plan is finished. */
  hasChanges?: boolean;
  planOnly?: boolean;
  autoApply?: boolean;
  isDestroy?: boolean;
  refresh?: boolean;
  refreshOnly?: boolean;
  savePlan?: boolean;
  allowEmptyApply?: boolean;
  message?: string;
  source?: string;
  triggerReason?: string;
  terraformVersion?: string;
  createdAt?: string;
  canceledAt?: string;
  forceCancelAvailableAt?: string;
  positionInQueue?: number;
  workspaceId?: string;
  configurationVersionId?: string;
  planId?: string;
  applyId?: string;
  costEstimateId?: string;
  createdBy?: UserRef;
  confirmedBy?: UserRef;
  canceledBy?: UserRef;
  /** Absent means: the server lists none here, but there may be some. */
  policyCheckIds?: string[];
  taskStageIds?: string[];
  /** Only if the server side-loads them (`include=plan,apply`), and once they are finished. */
  plan?: SideLoadedPhase;
  apply?: SideLoadedPhase & { stateVersionIds?: string[] };
  /** Why it failed, in the 2017 shape. */
  errorText?: string;
}

const attributes = z.object({
  status: z.string(),
  'status-timestamps': timestamps,
  actions: maybeObject({
    'is-confirmable': maybeFlag,
    'is-discardable': maybeFlag,
    'is-cancelable': maybeFlag,
    'is-force-cancelable': maybeFlag,
  }),
  // The 2017 API had three attributes for the same.
  'may-confirm': maybeFlag,
  'may-discarded': maybeFlag,
  'may-canceled': maybeFlag,
  permissions: maybeObject({
    'can-apply': maybeFlag,
    'can-cancel': maybeFlag,
    'can-comment': maybeFlag,
    'can-discard': maybeFlag,
    'can-force-execute': maybeFlag,
    'can-force-cancel': maybeFlag,
    'can-override-policy-check': maybeFlag,
  }),
  'has-changes': maybeFlag,
  'plan-only': maybeFlag,
  'auto-apply': maybeFlag,
  'is-destroy': maybeFlag,
  refresh: maybeFlag,
  'refresh-only': maybeFlag,
  'save-plan': maybeFlag,
  'allow-empty-apply': maybeFlag,
  message: maybeText,
  source: maybeText,
  'trigger-reason': maybeText,
  'terraform-version': maybeText,
  'created-at': maybeText,
  'canceled-at': maybeText,
  'force-cancel-available-at': maybeText,
  'position-in-queue': maybeNumber,
  'error-text': maybeText,
});

const relationships = maybeObject({
  workspace: relatedId,
  'configuration-version': relatedId,
  plan: relatedId,
  apply: relatedId,
  'cost-estimate': relatedId,
  'created-by': related,
  'confirmed-by': related,
  'canceled-by': related,
  'policy-checks': relatedIds,
  'task-stages': relatedIds,
});

const runResource = z.object({ id: resourceId, attributes, relationships });
type RunResource = z.output<typeof runResource>;

/** `GET /runs/:id` and the 201 of `POST /runs`. */
export const runDocument = z
  .object({ data: runResource, included })
  .transform(({ data, included: others }): Run => toRun(data, others));

/** `GET /workspaces/:id/runs`. */
export const runPage = pageOf(runResource.transform((resource): Run => toRun(resource, [])));

function toRun({ id, attributes: told, relationships: links }: RunResource, others: Included): Run {
  return {
    id,
    status: told.status,
    statusTimestamps: told['status-timestamps'],
    actions: toActions(told),
    permissions: toPermissions(told.permissions),
    ...defined({
      hasChanges: told['has-changes'],
      planOnly: told['plan-only'],
      autoApply: told['auto-apply'],
      isDestroy: told['is-destroy'],
      refresh: told.refresh,
      refreshOnly: told['refresh-only'],
      savePlan: told['save-plan'],
      allowEmptyApply: told['allow-empty-apply'],
      message: told.message,
      source: told.source,
      triggerReason: told['trigger-reason'],
      terraformVersion: told['terraform-version'],
      createdAt: told['created-at'],
      canceledAt: told['canceled-at'],
      forceCancelAvailableAt: told['force-cancel-available-at'],
      positionInQueue: told['position-in-queue'],
      errorText: told['error-text'],
      workspaceId: links.workspace,
      configurationVersionId: links['configuration-version'],
      planId: links.plan,
      applyId: links.apply,
      costEstimateId: links['cost-estimate'],
      createdBy: userRef(links['created-by'], others),
      confirmedBy: userRef(links['confirmed-by'], others),
      canceledBy: userRef(links['canceled-by'], others),
      policyCheckIds: links['policy-checks'],
      taskStageIds: links['task-stages'],
      plan: sideLoaded(links.plan, others),
      apply: sideLoaded(links.apply, others),
    }),
  };
}

function toActions(told: RunResource['attributes']): RunActions {
  const { actions } = told;
  return {
    isConfirmable: actions['is-confirmable'] ?? told['may-confirm'] ?? false,
    isDiscardable: actions['is-discardable'] ?? told['may-discarded'] ?? false,
    isCancelable: actions['is-cancelable'] ?? told['may-canceled'] ?? false,
    isForceCancelable: actions['is-force-cancelable'] ?? false,
  };
}

const toPermissions = (told: RunResource['attributes']['permissions']): RunPermissions =>
  defined({
    canApply: told['can-apply'],
    canCancel: told['can-cancel'],
    canComment: told['can-comment'],
    canDiscard: told['can-discard'],
    canForceExecute: told['can-force-execute'],
    canForceCancel: told['can-force-cancel'],
    canOverridePolicyCheck: told['can-override-policy-check'],
  });

const phaseAttributes = z.object({ status: z.string(), ...countAttributes });
const phaseRelations = maybeObject({ 'state-versions': relatedIds });

function sideLoaded(
  id: string | undefined,
  others: Included,
): (SideLoadedPhase & { stateVersionIds?: string[] }) | undefined {
  const found = id === undefined ? undefined : others.find((other) => other.id === id);
  const told = phaseAttributes.safeParse(found?.attributes);
  if (!told.success) return undefined;
  const stateVersionIds = phaseRelations.parse(found?.relationships)['state-versions'];
  return { status: told.data.status, counts: toCounts(told.data), ...defined({ stateVersionIds }) };
}

function userRef(link: z.output<typeof related>, others: Included): UserRef | undefined {
  if (link === undefined) return undefined;
  const username = others.find(({ id, type }) => id === link.id && type === 'users')?.attributes['username'];
  return { id: link.id, ...(typeof username === 'string' && { username }) };
}
