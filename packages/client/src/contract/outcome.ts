/** How a request ended when it completed. Faults are failures: failure-types.ts. */
export const OUTCOMES = [
  'applied',
  'no-changes',
  'plan-only',
  'rejected',
  'expired',
  'discarded-elsewhere',
  'confirmed-elsewhere',
  'superseded',
  'canceled',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Counts of resources, as TFE reports them for a plan or an apply. */
export interface ResourceCounts {
  additions: number;
  changes: number;
  destructions: number;
  imports: number;
}

/** One line of a plan: what would happen to which resource. Values never cross history. */
export interface PlannedChange {
  address: string;
  action: 'create' | 'update' | 'delete' | 'replace' | 'read' | 'import' | 'forget' | 'move';
}

/** Changes of a plan too large to list them one by one: so many of one action and resource type. */
export interface UnlistedChanges {
  action: PlannedChange['action'];
  /** terraform's resource type, such as `aws_instance`; `resource` where it cannot be told. */
  type: string;
  count: number;
}

/** One error of terraform: the first words of its summary, without values, and the resource where terraform names one. */
export interface TerraformError {
  summary: string;
  address?: string;
}

/** A sensitive output has no value here; `runwright outputs ID --reveal NAME` reads it from TFE. */
export interface RunOutput {
  name: string;
  id: string;
  sensitive: boolean;
  value?: unknown;
}

/** Whether this request changed infrastructure. `unknown` only when TFE could not be asked any more. */
export type Changed = 'nothing' | 'something' | 'unknown';
