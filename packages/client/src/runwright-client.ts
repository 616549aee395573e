import type { Client } from '@temporalio/client';
import type { ArchiveStore } from './archive/index.ts';
import type { DecisionAnswer } from './contract/decision.ts';
import { nudgeSignal } from './contract/messages.ts';
import { requestAddressOf, type PauseInput, type PauseScope } from './contract/names.ts';
import type { ReapInput, ReapReport } from './contract/reaper.ts';
import type { RunRequestInput } from './contract/run-request.ts';
import type { Cancellation } from './contract/run-view.ts';
import { awaitEnding, withPatience, type FollowOptions } from './await-close.ts';
import { InstallationUnknownError, InvalidRequestError } from './errors.ts';
import { findWorkflowId } from './find-request.ts';
import { installationIdOf, readNamespace, tfeHostOf } from './temporal/installation.ts';
import { readNamespaceUi } from './temporal/namespace-ui.ts';
import { listRequests, type RequestFilter, type RequestListing } from './list-requests.ts';
import { pauseApplies, resumeApplies } from './pause-applies.ts';
import { reapNow, scheduleReaper } from './reaper.ts';
import type { RunEnding } from './request-ending.ts';
import {
  answerTo,
  cancelRequest,
  decideByUpdate,
  signalDecision,
  tell,
  type DecisionInput,
  type RejectionInput,
} from './send-decision.ts';
import { declareRestored } from './temporal/restored.ts';
import { startRequest } from './start-request.ts';
import { connectTemporal, TemporalAccess, type TemporalOptions } from './temporal/temporal-access.ts';
import { knownTemporalUi, temporalPageOf } from './temporal/temporal-page.ts';
import { viewRequest, type RequestView } from './view-request.ts';
import { watchRequest } from './watch-request.ts';

/** Which TFE this client's requests are for, and how its installation is named. */
export interface RunwrightOptions {
  /** https://tfe.example.com. May be left out only if every id is a workflow id and nothing is started. */
  tfeAddress?: string;
  /** Instead of the id derived from namespace and TFE host: what `RUNWRIGHT_INSTALLATION` holds. */
  installation?: string;
  /** Where to keep packed directories; the workers must read the same store. */
  archives?: ArchiveStore;
  /** The Temporal UI, for links. Default: Temporal Cloud's for its servers, else the one that `setup` kept. */
  temporalUi?: string;
}

/** A request whose configuration is a directory of Terraform files, packed when it is started. */
export interface DirectoryRequestInput extends Omit<RunRequestInput, 'configuration'> {
  directory: string;
}

/** A request that was started now or before. */
export interface RequestHandle {
  /** The caller's key. */
  id: string;
  workflowId: string;
  /** Its page in the Temporal UI; absent if the UI's address is not known. */
  url?: string;
  started: 'new' | 'existing';
  /** Files of the packed `directory` that look like secrets by their names, where there are any: they are uploaded. */
  looksSecret?: string[];
}

/**
 * Starts, follows and decides requests. Every call has a deadline and rejects with a RunwrightClientError; every `id`
 * is a workflow id or the request's key where that is unambiguous.
 */
export class RunwrightClient {
  private readonly temporal: TemporalAccess;
  private readonly options: RunwrightOptions;
  private installationOnce: Promise<string> | undefined;
  private uiOnce: Promise<string | undefined> | undefined;

  private constructor(temporal: TemporalAccess, options: RunwrightOptions) {
    this.temporal = temporal;
    this.options = options;
  }

  /** Connects to Temporal: `TEMPORAL_*` says where, unless the options do. Rejects after 5 s. */
  static async connect({ temporal, ...options }: RunwrightOptions & { temporal?: TemporalOptions }) {
    return new RunwrightClient(await connectTemporal(temporal), options);
  }

  /** Uses the caller's own client, and does not close it. */
  static fromTemporalClient(client: Client, options: RunwrightOptions): RunwrightClient {
    return new RunwrightClient(new TemporalAccess(client), options);
  }

  /** The installation that this client belongs to; its workers listen on the queues of this name. */
  async installation(): Promise<string> {
    this.installationOnce ??= this.readInstallation();
    try {
      return await this.installationOnce;
    } catch (error) {
      this.installationOnce = undefined; // ask again next time: Temporal may be back
      throw error;
    }
  }

  /**
   * Starts the request, or finds the one that was started with this key: safe to repeat. A `directory` is packed into
   * the archive store first: rejects with ArchiveError where it cannot be.
   */
  async start(input: RunRequestInput | DirectoryRequestInput): Promise<RequestHandle> {
    const { tfeAddress } = this.options;
    if (tfeAddress === undefined) throw new InstallationUnknownError();
    const context = { temporal: this.temporal, installation: await this.installation(), tfeAddress };
    const request = 'directory' in input ? await this.packed(input) : input;
    const { workflowId, started, request: accepted } = await startRequest(request, context);
    const looksSecret = 'directory' in input ? looksSecretIn(request) : undefined;
    return {
      id: accepted.key,
      workflowId,
      ...(await this.linkTo(workflowId)),
      started,
      ...(looksSecret && { looksSecret }),
    };
  }

  /** The request's handle, without starting anything. */
  async attach(id: string): Promise<RequestHandle> {
    const workflowId = await this.findId(id);
    await viewRequest(this.temporal, workflowId);
    return { id: keyOf(workflowId), workflowId, ...(await this.linkTo(workflowId)), started: 'existing' };
  }

  /** The workflow id of a workflow id or an unambiguous key. */
  async findId(id: string): Promise<string> {
    if (requestAddressOf(id) !== undefined) return id;
    return await findWorkflowId(id, { temporal: this.temporal, installation: await this.installation() });
  }

  /** What is known of the request, within 5 s even if no worker answers. */
  async view(id: string): Promise<RequestView> {
    return await viewRequest(this.temporal, await this.findId(id));
  }

  /** The view now and after every change, until the request has ended. */
  async *watch(id: string, options: FollowOptions = {}): AsyncGenerator<RequestView, void, void> {
    const workflowId = await withPatience(() => this.findId(id), options);
    yield* watchRequest(this.temporal, workflowId, options);
  }

  /** Waits for the end of the request, however it ends. */
  async result(id: string, options: FollowOptions = {}): Promise<RunEnding> {
    return await awaitEnding(this.temporal, await this.findId(id), options);
  }

  /** Sends the signal `approve`; resolves with the decision's id, by which `answerTo` tells whether it counts. */
  async approve(id: string, decision: DecisionInput): Promise<string> {
    return await signalDecision(this.temporal, await this.findId(id), 'approve', decision);
  }

  /** Sends the signal `reject`, which discards the run. */
  async reject(id: string, decision: RejectionInput): Promise<string> {
    return await signalDecision(this.temporal, await this.findId(id), 'reject', decision);
  }

  /** Sends the signal `override`: the policies that hold the run are overridden in TFE; the approval is still needed. */
  async override(id: string, decision: DecisionInput): Promise<string> {
    return await signalDecision(this.temporal, await this.findId(id), 'override', decision);
  }

  /** How the workflow took a signalled decision; undefined if it has not answered yet or no worker is up. */
  async answerTo(id: string, decisionId: string): Promise<DecisionAnswer | undefined> {
    return await answerTo(this.temporal, await this.findId(id), decisionId);
  }

  /** Sends a decision as an update and waits for the answer; needs a worker. */
  async decide(id: string, decision: Parameters<typeof decideByUpdate>[2]): Promise<DecisionAnswer> {
    return await decideByUpdate(this.temporal, await this.findId(id), decision);
  }

  /**
   * Asks for the end of the request: its run is discarded or canceled, and the request ends once TFE says so. Safe
   * to repeat until then; rejects with RequestEndedError afterwards. The view and TFE show who cancels and why.
   */
  async cancel(id: string, cancellation?: Cancellation): Promise<void> {
    await cancelRequest(this.temporal, await this.findId(id), cancellation);
  }

  /** Hints that the run changed: it is looked at now. */
  async nudge(id: string, news: { runStatus?: string } = {}): Promise<void> {
    const workflowId = await this.findId(id);
    const handle = this.temporal.client.workflow.getHandle(workflowId);
    await tell(this.temporal, workflowId, () => handle.signal(nudgeSignal, news));
  }

  /** The requests of this installation, newest first; needs no worker. */
  async list(filter: RequestFilter = {}): Promise<RequestListing[]> {
    return await listRequests(filter, { temporal: this.temporal, installation: await this.installation() });
  }

  /** Holds every apply of the scope until it is resumed. */
  async pause(pause: PauseInput): Promise<'paused' | 'already-paused'> {
    return await pauseApplies(pause, { temporal: this.temporal, installation: await this.installation() });
  }

  /** Lets the applies of the scope go on; a scope that was not paused stays as it is. */
  async resume(resume: { scope: PauseScope; by: string }): Promise<'resumed' | 'was-not-paused'> {
    return await resumeApplies(resume, { temporal: this.temporal, installation: await this.installation() });
  }

  /** Makes sure that the reaper of this installation runs on its Schedule; safe to repeat. */
  async scheduleReaper(): Promise<'created' | 'present'> {
    return await scheduleReaper({ temporal: this.temporal, installation: await this.installation() });
  }

  /** Declares that the namespace was restored from a backup: open requests then look before they create a run. */
  async declareRestored(): Promise<void> {
    await declareRestored({ temporal: this.temporal, installation: await this.installation() });
  }

  /** One pass of the reaper now: ends the runs of this installation whose workflow is gone, or only reports them. */
  async reap(input: ReapInput): Promise<ReapReport> {
    return await reapNow(input, { temporal: this.temporal, installation: await this.installation() });
  }

  /** The page of a request in the Temporal UI, if that is known (`temporalUi`, Temporal Cloud, the namespace). */
  async pageOf(workflowId: string): Promise<string | undefined> {
    const said = this.options.temporalUi ?? knownTemporalUi(this.temporal.address);
    const ui = said ?? (await (this.uiOnce ??= readNamespaceUi(this.temporal)));
    return ui === undefined ? undefined : temporalPageOf(ui, this.temporal.namespace, workflowId);
  }

  /** Closes the connection if this client opened it. Requests go on. */
  async close(): Promise<void> {
    await this.temporal.close();
  }

  private async linkTo(workflowId: string): Promise<{ url?: string }> {
    const url = await this.pageOf(workflowId);
    return url === undefined ? {} : { url };
  }

  private async packed({ directory, ...request }: DirectoryRequestInput): Promise<RunRequestInput> {
    const { archives } = this.options;
    if (archives === undefined)
      throw new InvalidRequestError(['directory: the client was made without an archive store']);
    return { ...request, configuration: { kind: 'archive', archive: await archives.put(directory) } };
  }

  private async readInstallation(): Promise<string> {
    const { installation, tfeAddress } = this.options;
    if (installation !== undefined) return installation;
    if (tfeAddress === undefined) throw new InstallationUnknownError();
    const { id: namespaceId } = await readNamespace(this.temporal);
    return installationIdOf({ namespaceId, tfeHost: tfeHostOf(tfeAddress) });
  }
}

const looksSecretIn = ({ configuration }: RunRequestInput): string[] | undefined =>
  configuration?.kind === 'archive' ? configuration.archive.looksSecret : undefined;

const keyOf = (workflowId: string): string => requestAddressOf(workflowId)?.key ?? workflowId;
