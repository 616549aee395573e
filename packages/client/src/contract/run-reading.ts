import type { ResourceCounts } from './outcome.ts';

/** The facts from one look at a run that the workflow decides on, without links and secrets. */
export interface RunReading {
  id: string;
  /** TFE's status: an open set, never switch on it outside domain/run-phase.ts. */
  status: string;
  actions: { confirmable: boolean; discardable: boolean; cancelable: boolean };
  /** Absent where the server does not say. */
  hasChanges?: boolean;
  /**
   * TFE lets the run wait for its confirmation although nothing would change; we see that when it has waited for long
   * enough.
   */
  restsEmpty?: true;
  planOnly: boolean;
  autoApply?: boolean;
  allowEmptyApply?: boolean;
  savePlan?: boolean;
  message?: string;
  createdAt?: string;
  positionInQueue?: number;
  configurationVersionId?: string;
  planId?: string;
  applyId?: string;
  /** Side-loaded with the run where the server does that; absent until the plan is finished. */
  plan?: ResourceCounts;
  /** The same for the apply, with the state version that it wrote last. */
  apply?: ResourceCounts & { stateVersionId?: string };
  policyCheckIds?: string[];
  taskStageIds?: string[];
  /** User ids or names, as far as the server tells. */
  confirmedBy?: string;
  canceledBy?: string;
  /** `<status>-at` to ISO 8601. */
  statusTimestamps: Record<string, string>;
}
