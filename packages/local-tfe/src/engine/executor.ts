import type { ResourceCounts } from '../plan-and-apply/phase-record.ts';
import type { RunRecord } from '../run/run-record.ts';

/** Where terraform's words go: appended to the log as they come. */
export type LogSink = (text: string | Uint8Array) => void;

export interface Job {
  run: RunRecord;
  /** The directory with the configuration's root module; the state lies in it as `terraform.tfstate`. */
  directory: string;
  /** Kept from plan to apply: plan file, terraform's data. */
  scratch: string;
  /** JSON lines, or text for people. */
  output: 'structured' | 'text';
  /** The workspace's `env` variables. */
  environment: Record<string, string>;
  log: LogSink;
  /** Asks terraform to stop (SIGINT). */
  interrupt: AbortSignal;
  /** Ends it (SIGKILL). */
  kill: AbortSignal;
}

export type PlanResult =
  | {
      kind: 'planned';
      /** `terraform show -json`. */
      document: string;
      counts: ResourceCounts;
      hasChanges: boolean;
      generatedConfiguration: boolean;
    }
  | { kind: 'errored'; message: string };

export type ApplyResult =
  { kind: 'applied'; counts: ResourceCounts } | { kind: 'errored'; message: string; counts: ResourceCounts };

/** What plans and applies: terraform, tofu, or the simulation. */
export interface Executor {
  /** `terraform 1.11.4`, `simulated`. */
  name: string;
  /** `1.11.4` */
  version: string;
  plan(job: Job): Promise<PlanResult>;
  apply(job: Job): Promise<ApplyResult>;
  /** `terraform providers schema -json`. */
  schemas(job: Pick<Job, 'directory' | 'scratch'>): Promise<string>;
  /** `terraform show -json STATE`. */
  describeState(state: Uint8Array): Promise<string>;
}

export const NOTHING: ResourceCounts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
