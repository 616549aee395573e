import type { Readable } from 'node:stream';
import type { ArchiveRef } from '@runwright/client/contract';
import type { Sealer } from '../codec/seal.ts';
import type { Signer } from '../codec/sign.ts';
import type { TfeClient } from '../tfe/client.ts';

/** A pause of applies that somebody asked for. */
export interface Pause {
  by: string;
  reason?: string;
  scope: 'installation' | 'workspace';
}

/** What the upload needs of the archive store: the bytes, once. */
export interface ArchiveSource {
  open(ref: ArchiveRef): Promise<{ body: Readable; bytes: number }>;
}

/** Whether the workflow of a request still runs. Read by its id, never from visibility, which lags behind. */
export interface Liveness {
  state: 'running' | 'closed' | 'unknown';
  /** Which life of the request it is; absent if there is none, or the server does not say. */
  firstExecutionRunId?: string;
  /** Where its workflow tasks go. */
  taskQueue?: string;
}

/** Whether Temporal still waits for an attempt of an activity. `withdrawn`: the workflow asked that it not be made. */
export type AttemptState = 'awaited' | 'withdrawn' | 'given-up';

/** Everything the activities need from outside, wired in worker.ts. */
export interface ActivityDeps {
  tfe: TfeClient;
  archives: ArchiveSource;
  sealer: Sealer;
  signer: Signer;
  installation: string;
  /** Of the Temporal namespace that the worker works for, as the server has it. */
  namespaceId: string;
  /** https://tfe.example.com, without a path: for links to runs. */
  tfeAddress: string;
  /** Whether a request may set times below the safe minimum: for tests. */
  allowsShortTimes: boolean;
  liveness: (workflowId: string) => Promise<Liveness>;
  /** Whether a workflow made a run, or the configuration version that the run uses. Reads the workflow's history. */
  wasMadeBy: (
    execution: { workflowId: string; runId: string },
    made: { runId: string; configurationVersionId?: string },
  ) => Promise<boolean>;
  /** When `setup --restored` last ran, in ms since 1970. Asks Temporal. */
  restoredAtMs: () => Promise<number | undefined>;
  /** Asks Temporal, by the task token of the attempt. */
  attemptState: (taskToken: Uint8Array) => Promise<AttemptState>;
  /** Asks Temporal, not TFE, whether applies are paused for this workspace. */
  findPause: (where: { organization: string; workspace: string }) => Promise<Pause | undefined>;
}
