export interface ResourceCounts {
  additions: number;
  changes: number;
  destructions: number;
  imports: number;
}

export type PhaseStatus = 'pending' | 'queued' | 'running' | 'finished' | 'errored' | 'canceled' | 'unreachable';

/** A plan or an apply: TFE gives both the same life. */
export interface PhaseRecord {
  id: string;
  runId: string;
  status: PhaseStatus;
  statusTimestamps: Record<string, string>;
  structured: boolean;
  counts: ResourceCounts | null;
  hasChanges: boolean;
  generatedConfiguration: boolean;
  errorMessage: string | null;
  stateVersionIds: string[];
}
