import type { Script } from '../engine/script.ts';

export type ConfigurationVersionStatus = 'pending' | 'uploaded' | 'errored' | 'archived';

export interface ConfigurationVersionRecord {
  id: string;
  workspaceId: string;
  status: ConfigurationVersionStatus;
  autoQueueRuns: boolean;
  speculative: boolean;
  provisional: boolean;
  source: string;
  error: string | null;
  errorMessage: string | null;
  createdAt: string;
  createdBy: string;
  statusTimestamps: Record<string, string>;
  /** What the `local-tfe.json` of each directory of the archive says; the wrong ones fail the plan. */
  scripts?: Record<string, Script>;
}
