import { randomUUID } from 'node:crypto';
import type { DecisionAnswer, RequestView, RunwrightClient } from '@runwright/client';
import { countOf } from '@runwright/client/domain';
import { printable } from '@runwright/client/domain';
import { destroyedBy } from '../../domain/change-list.ts';
import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { askedLines } from '../view/asked-lines.ts';
import { changeLines, describePlan } from '../view/run-steps.ts';
import { writeJson, writeLines } from '../terminal/writing.ts';

export interface ApproveFlags {
  run?: string;
  by?: string;
  comment?: string;
  json?: true;
}

export interface RejectFlags extends Omit<ApproveFlags, 'comment'> {
  reason: string;
}

/** `runwright approve ID`: sends the signal, and says whether it counts if a worker is up. */
export async function approve(id: string, flags: ApproveFlags, deps: CliDeps): Promise<ExitCode> {
  return await deps.withClient(async (client) => {
    const workflowId = await client.findId(id);
    const runId = await runToApprove(id, { client, workflowId, flags, deps });
    const decision = { runId, by: flags.by ?? deps.user, ...(flags.comment && { comment: flags.comment }) };
    const decisionId = randomUUID();
    await client.approve(workflowId, { ...decision, decisionId });
    return await report({ id, workflowId, choice: 'approve', ...decision, decisionId }, flags, { ...deps, client });
  });
}

/** `runwright reject ID --reason TEXT`: discards the run. */
export async function reject(id: string, flags: RejectFlags, deps: CliDeps): Promise<ExitCode> {
  return await deps.withClient(async (client) => {
    const workflowId = await client.findId(id);
    const runId = flags.run ?? (await chooseRun(id, await client.view(workflowId), 'Reject', flags, deps));
    const decision = { runId, by: flags.by ?? deps.user, reason: flags.reason };
    const decisionId = randomUUID();
    await client.reject(workflowId, { ...decision, decisionId });
    return await report({ id, workflowId, choice: 'reject', ...decision, decisionId }, flags, { ...deps, client });
  });
}

interface ToApprove {
  client: RunwrightClient;
  workflowId: string;
  flags: ApproveFlags;
  deps: CliDeps;
}

/**
 * A person at a terminal confirms even a run that was named; scripts have no person. If it is another run, the workflow
 * refuses.
 */
async function runToApprove(id: string, { client, workflowId, flags, deps }: ToApprove): Promise<string> {
  if (flags.run !== undefined && (flags.json || !deps.person.isThere())) return flags.run;
  const view = await client.view(workflowId);
  if (flags.run !== undefined && view.runId !== flags.run) return flags.run;
  return await chooseRun(id, view, 'Approve', flags, deps);
}

/** The run that is waiting now; on a terminal the person sees its plan and is asked. */
async function chooseRun(
  id: string,
  view: RequestView,
  verb: 'Approve' | 'Reject',
  { json }: { json?: true },
  { err, person }: CliDeps,
): Promise<string> {
  if (view.workflowState !== 'running')
    throw new ExitError('notApproved', `request "${id}" has ended: runwright show ${id}`);
  if (view.runId === undefined) {
    throw new ExitError(
      'notApproved',
      `request "${id}" has no run to decide on yet: runwright watch ${id} shows when it has`,
    );
  }
  writeLines(err, [`run ${view.runId}${view.plan ? `  ${describePlan(view.plan)}` : ''}`]);
  if (json || !person.isThere()) return view.runId;
  writeLines(
    err,
    [...askedLines(view), ...planLines(view)].map((line) => `      ${line}`),
  );
  const answer = await person.ask(printable(`${verb} ${view.runId}${consequence(view)}? [y/N] `));
  if (!/^y(es)?$/i.test(answer.trim())) throw new ExitError('notApproved', 'nothing was sent');
  return view.runId;
}

/** If the plan cannot be shown, says so: nobody should decide blindly without knowing it. */
function planLines(view: RequestView): string[] {
  if (view.plannedChanges !== undefined) return changeLines(view);
  const where = view.runUrl ?? `run ${view.runId} in TFE`;
  return [`what it changes is not known here: see ${where} before you decide`];
}

/** Shown next to the question, because the list above may be longer than the screen. */
function consequence(view: RequestView): string {
  const destroyed = destroyedBy(view);
  return destroyed === 0 ? '' : `, which DESTROYS ${countOf(destroyed, 'resource')}`;
}

interface SentDecision {
  id: string;
  workflowId: string;
  choice: 'approve' | 'reject';
  runId: string;
  by: string;
  decisionId: string;
}

async function report(
  sent: SentDecision,
  { json }: { json?: true },
  { client, out, err }: CliDeps & { client: RunwrightClient },
): Promise<ExitCode> {
  const answer = await client.answerTo(sent.workflowId, sent.decisionId);
  if (json) writeJson(out, { ...sent, answer: answer ?? { kind: 'sent' } });
  else writeLines(answer?.kind === 'refused' ? err : out, [describeAnswer(sent, answer)]);
  return answer?.kind === 'refused' ? EXIT.notApproved : EXIT.ok;
}

function describeAnswer({ id, choice, runId, by }: SentDecision, answer: DecisionAnswer | undefined): string {
  const what = `${id}: ${choice} of ${runId} by ${by}`;
  if (answer === undefined) return `${what} is sent; it counts when a worker is up ("runwright doctor" shows)`;
  if (answer.kind === 'refused') return `${what} does not count: ${answer.message}`;
  if (answer.verdict !== 'pending') return `${what}: ${answer.verdict}`;
  return `${what} counts, ${answer.missing} more needed`;
}
