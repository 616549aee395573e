import type { Client } from '@temporalio/client';
import type { RequestView, RunEnding, RunwrightClient } from '@runwright/client';
import { createFolderStore } from '@runwright/client/archive';
import type { ArchiveRef, RunRequestInput, Timing } from '@runwright/client/contract';
import type { JournalEntry, RequestEntry } from '../../packages/local-tfe/src/control/journal.ts';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { forgetWorkflow } from './forget-workflow.ts';
import { violationsOf } from './invariants.ts';
import type { DecisionSent, Violation } from './invariants/evidence.ts';
import { readExecutions } from './invariants/read-executions.ts';
import { requestOfRun } from './invariants/runs-of.ts';
import { secretsOf } from './invariants/secrets-of.ts';
import { makeWorkspace, type WorkspaceForTests } from './local-tfe.ts';
import { packFiles } from './pack-files.ts';
import { uniqueName } from './temporal.ts';
import { waitUntil } from './wait-until.ts';

/** Delays short enough for a test, each above what the HTTP timeouts of the bench leave in doubt. */
export const FAULT_TIMES: Partial<Timing> = {
  commitWindowMs: 500,
  pollMinMs: 100,
  pollWorkingMaxMs: 300,
  pollPeopleMaxMs: 300,
  pollRefusedMs: 150,
  cleanupMs: 30_000,
  actionSettlesMs: 1_000,
};

/** Routes of TFE as `seen` and faults name them. */
export const CREATE = 'POST /runs';
export const UPLOAD = 'PUT /_archivist/v1/upload/:token';
export const READ_RUN = 'GET /runs/:run_id';
export const LIST = 'GET /workspaces/:workspace_id/runs';
export const APPLY = 'POST /runs/:run_id/actions/apply';

/** The ending of a request whose run was applied. */
export const APPLIED = { kind: 'completed', result: { outcome: 'applied', status: 'applied' } };

export interface StartedRequest {
  readonly workflowId: string;
  readonly workspaceId: string;
  readonly organization: string;
  readonly workspace: string;
}

export interface RequestWanted extends Partial<RunRequestInput> {
  readonly files?: Record<string, string>;
  readonly in?: WorkspaceForTests;
}

/** Starts requests, decides them, and remembers all that the checker of the invariants must be told. */
export interface RequestLedger {
  workspace(): Promise<WorkspaceForTests>;
  start(wanted?: RequestWanted): Promise<StartedRequest>;
  until(started: StartedRequest, what: string, see: (view: RequestView) => boolean): Promise<RequestView>;
  /** Waits until the run waits for people; its id. */
  gate(started: StartedRequest): Promise<string>;
  approve(started: StartedRequest): Promise<string>;
  /** Decides on a run, whether it waits for that or not; written down before it is sent. */
  note(choice: 'approve' | 'reject', started: StartedRequest, runId: string): Promise<void>;
  reject(started: StartedRequest): Promise<string>;
  cancel(started: StartedRequest): Promise<void>;
  /** Terminates the request's workflow, has Temporal forget it, and asks for the same again. */
  startAgain(started: StartedRequest): Promise<void>;
  /** How it ended; rejects when it has not within `withinMs` (default 40 s). */
  ending(started: StartedRequest, options?: { readonly withinMs?: number }): Promise<RunEnding>;
  /** Every run of the request in TFE, whatever it was created by, oldest first. */
  runsOf(started: StartedRequest): ReturnType<LocalTfe['runs']>;
  /** Requests that TFE saw on a route since the request was started. */
  seen(started: StartedRequest, route: string): RequestEntry[];
  /** Of the requests since it was asked last, each of which must have ended. */
  violations(): Promise<Violation[]>;
}

export interface LedgerOptions {
  readonly tfe: LocalTfe;
  readonly client: RunwrightClient;
  readonly temporal: Client;
  readonly archiveDirectory: string;
  /** Temporal is put back to an older copy of its database: what it does not know any more is no breach. */
  readonly isForgetful?: boolean;
  readonly timing?: Partial<Timing>;
}

const ONE_RESOURCE = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "hello"\n}\n' };

/** A ledger of one client and one local TFE. */
export function openLedger(options: LedgerOptions): RequestLedger {
  const { tfe, client, temporal, archiveDirectory, isForgetful = false, timing = FAULT_TIMES } = options;
  const store = createFolderStore(archiveDirectory);
  const noted: DecisionSent[] = [];
  const requests = new Map<string, { startedAfter: number; input: RunRequestInput }>();
  const unchecked: typeof requests = new Map();
  const lastSeq = (): number => tfe.journal.entries().at(-1)?.seq ?? 0;
  let oneResource: Promise<ArchiveRef> | undefined;

  const newWorkspace = () => makeWorkspace(tfe, { workspace: uniqueName('ws') });

  const start: RequestLedger['start'] = async ({ files, in: where, ...rest } = {}) => {
    const { organization, workspace, id } = where ?? (await newWorkspace());
    const archive = await (files ? packFiles(store, files) : (oneResource ??= packFiles(store, ONE_RESOURCE)));
    const startedAfter = lastSeq();
    const input: RunRequestInput = {
      key: uniqueName('key'),
      organization,
      workspace,
      requestedBy: 'ana',
      configuration: { kind: 'archive', archive },
      ...rest,
      timing: { ...timing, ...rest.timing },
    };
    const { workflowId } = await client.start(input);
    const request = { startedAfter, input };
    requests.set(workflowId, request);
    unchecked.set(workflowId, request);
    return { workflowId, workspaceId: id, organization, workspace };
  };

  const until: RequestLedger['until'] = (started, what, see) =>
    waitUntil(
      `${what} of ${started.workflowId}`,
      async () => {
        const view = await client.view(started.workflowId);
        if (see(view)) return view;
        if (view.workflowState !== 'running') throw new Error(`it ended: ${JSON.stringify(view.ending)}`);
        return undefined;
      },
      { withinMs: 120_000 }, // a stopped worker may swallow several tasks, each until its timeout
    );

  const gate: RequestLedger['gate'] = async (started) =>
    (await until(started, 'the gate', ({ phase }) => phase === 'awaiting-confirmation')).runId!;

  const ending: RequestLedger['ending'] = async (started, { withinMs = 40_000 } = {}) => {
    return await client.result(started.workflowId, { signal: AbortSignal.timeout(withinMs) });
  };

  const note: RequestLedger['note'] = async (choice, { workflowId }, runId) => {
    noted.push({ choice, runId, by: 'ben', atMs: Date.now() });
    if (choice === 'approve') await client.approve(workflowId, { runId, by: 'ben' });
    else await client.reject(workflowId, { runId, by: 'ben', reason: 'not today' });
  };

  const violations = async (): Promise<Violation[]> => {
    const asked = [...unchecked.keys()];
    const executions = await readExecutions(temporal, asked, secretsOf(tfe));
    unchecked.clear();
    return violationsOf({
      journal: tfe.journal.entries(),
      runs: tfe.runs(),
      requests: asked.map((workflowId) => ({
        ...{ workflowId, noted, mustHaveEnded: true, isIncomplete: isForgetful },
        executions: executions.get(workflowId) ?? [],
      })),
    });
  };

  return {
    workspace: newWorkspace,
    start,
    until,
    gate,
    ending,
    note,
    approve: async (started) => {
      const runId = await gate(started);
      await note('approve', started, runId);
      return runId;
    },
    reject: async (started) => {
      const runId = await gate(started);
      await note('reject', started, runId);
      return runId;
    },
    cancel: (started) => client.cancel(started.workflowId),
    startAgain: async ({ workflowId }) => {
      await forgetWorkflow(temporal, workflowId);
      await client.start(requests.get(workflowId)!.input);
    },
    runsOf: ({ workflowId, workspaceId }) =>
      tfe
        .runs()
        .filter((run) => run.workspaceId === workspaceId && requestOfRun(run) === workflowId)
        .toReversed(),
    seen: ({ workflowId }, route) =>
      tfe.journal
        .entries({ route, after: requests.get(workflowId)!.startedAfter })
        .filter((entry: JournalEntry): entry is RequestEntry => entry.kind === 'request'),
    violations,
  };
}
