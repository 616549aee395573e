import { z } from 'zod';
import {
  defined,
  maybeFlag,
  maybeNumber,
  maybeObject,
  maybeText,
  pageOf,
  resourceId,
  single,
} from '../http/json-api.ts';
import type { Page } from '../http/json-api.ts';
import { pagingQuery } from '../http/paging.ts';
import type { Paging } from '../http/paging.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

/** A Sentinel policy check of a run. */
export interface PolicyCheck {
  id: string;
  /** passed, soft_failed, hard_failed, overridden …; an open set. */
  status: string;
  scope?: string;
  /** Whether its state allows an override, for anybody. */
  isOverridable: boolean;
  /** Whether this token may override; absent where the server does not say. */
  canOverride?: boolean;
  result: { passed?: number; softFailed?: number; hardFailed?: number; advisoryFailed?: number };
}

const policyCheck = z
  .object({
    id: resourceId,
    attributes: z.object({
      status: z.string(),
      scope: maybeText,
      actions: maybeObject({ 'is-overridable': maybeFlag }),
      permissions: maybeObject({ 'can-override': maybeFlag }),
      result: maybeObject({
        passed: maybeNumber,
        'soft-failed': maybeNumber,
        'hard-failed': maybeNumber,
        'advisory-failed': maybeNumber,
      }),
    }),
  })
  .transform(({ id, attributes: told }): PolicyCheck => ({
    id,
    status: told.status,
    isOverridable: told.actions['is-overridable'] ?? false,
    result: defined({
      passed: told.result.passed,
      softFailed: told.result['soft-failed'],
      hardFailed: told.result['hard-failed'],
      advisoryFailed: told.result['advisory-failed'],
    }),
    ...defined({ scope: told.scope, canOverride: told.permissions['can-override'] }),
  }));

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/policy-checks */
export const createPolicyChecks = (http: TfeHttp) => ({
  listOfRun: (runId: string, { page, pageSize, ...options }: Paging & CallOptions = {}): Promise<Page<PolicyCheck>> =>
    http.document(
      {
        operation: 'list policy checks',
        path: ['runs', runId, 'policy-checks'],
        query: pagingQuery({ page, pageSize }),
      },
      pageOf(policyCheck),
      options,
    ),

  read: (policyCheckId: string, options?: CallOptions): Promise<PolicyCheck> =>
    http.document(
      { operation: 'read policy check', path: ['policy-checks', policyCheckId] },
      single(policyCheck),
      options,
    ),

  /** A person's separate decision, apart from apply. `conflict`: cannot be overridden, or was overridden already. */
  override: (policyCheckId: string, options?: CallOptions): Promise<void> =>
    http.act(
      {
        operation: 'override policy check',
        method: 'post',
        path: ['policy-checks', policyCheckId, 'actions', 'override'],
      },
      options,
    ),
});
