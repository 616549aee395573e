import { z } from 'zod';
import { defined, maybeFlag, pageOf, resourceId, single, type Page } from '../http/json-api.ts';
import { onward, pagingQuery, type Paging } from '../http/paging.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

export interface Organization {
  name: string;
  isCostEstimationEnabled?: boolean;
}

/** What the organization's license allows; absent where the server does not say. */
export interface Entitlements {
  operations?: boolean;
  runTasks?: boolean;
  policyEnforcement?: boolean;
  costEstimation?: boolean;
}

const organizationResource = z.object({
  id: resourceId,
  attributes: z.object({ name: z.string(), 'cost-estimation-enabled': maybeFlag }),
});

const toOrganization = ({ attributes: told }: z.output<typeof organizationResource>): Organization => ({
  name: told.name,
  ...defined({ isCostEstimationEnabled: told['cost-estimation-enabled'] }),
});

const organizationDocument = single(organizationResource).transform(toOrganization);
const organizationPage = pageOf(organizationResource.transform(toOrganization));

const entitlementDocument = single(
  z.object({
    attributes: z.object({
      operations: maybeFlag,
      'run-tasks': maybeFlag,
      sentinel: maybeFlag,
      'policy-enforcement': maybeFlag,
      'cost-estimation': maybeFlag,
    }),
  }),
).transform(({ attributes: told }): Entitlements =>
  defined({
    operations: told.operations,
    runTasks: told['run-tasks'],
    policyEnforcement: told['policy-enforcement'] ?? told.sentinel,
    costEstimation: told['cost-estimation'],
  }),
);

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/organizations */
export const createOrganizations = (http: TfeHttp) => ({
  /** The organizations that this token may see. */
  list: ({ page, pageSize, ...options }: Paging & CallOptions = {}): Promise<Page<Organization>> =>
    onward(
      { page },
      http.document(
        { operation: 'list organizations', path: ['organizations'], query: pagingQuery({ page, pageSize }) },
        organizationPage,
        options,
      ),
    ),

  read: (name: string, options?: CallOptions): Promise<Organization> =>
    http.document({ operation: 'read organization', path: ['organizations', name] }, organizationDocument, options),

  entitlements: (name: string, options?: CallOptions): Promise<Entitlements> =>
    http.document(
      { operation: 'read entitlements', path: ['organizations', name, 'entitlement-set'] },
      entitlementDocument,
      options,
    ),
});
