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

/** Whether the workflow of a request still runs: asked by its id, never of visibility, which lags behind. */
export interface Liveness {
  state: 'running' | 'closed' | 'unknown';
  /** Which life of the request it is; absent where there is none, or the server does not say. */
  firstExecutionRunId?: string;
  /** Where its workflow tasks go. */
  taskQueue?: string;
}

/** Whether Temporal still waits for an attempt of an activity; `withdrawn`: the workflow asked that it is not made. */
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
  /** Whether a request may have times below what safety rests on: for tests. */
  allowsShortTimes: boolean;
  liveness: (workflowId: string) => Promise<Liveness>;
  /** Whether a workflow made a run, or the configuration version that it stands on: asks its history. */
  wasMadeBy: (
    execution: { workflowId: string; runId: string },
    made: { runId: string; configurationVersionId?: string },
  ) => Promise<boolean>;
  /** When `setup --restored` was said last, in ms since 1970; asks Temporal. */
  restoredAtMs: () => Promise<number | undefined>;
  /** Asks Temporal, by the task token of the attempt. */
  attemptState: (taskToken: Uint8Array) => Promise<AttemptState>;
  /** Asks Temporal, not TFE, whether applies are paused for this workspace. */
  findPause: (where: { organization: string; workspace: string }) => Promise<Pause | undefined>;
}
