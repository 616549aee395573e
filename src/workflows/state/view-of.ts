import type { ResourceCounts, RunView } from '@runwright/client/contract';
import { askedOf } from '../../domain/asked-run.ts';
import { pick } from '../pick.ts';
import type { RunState } from './run-state.ts';

/** What people are shown of a request: answer of the query `view`, and the source of the details in the Temporal UI. */
export function viewOf(state: RunState): RunView {
  const { data } = state;
  const request = data.accepted?.request;
  const { reading } = data;
  const optional: Partial<RunView> = {
    ...(request && {
      organization: request.organization,
      workspace: request.workspace,
      requestedBy: request.requestedBy,
      asked: askedOf(request.run),
    }),
    ...(reading && { runId: reading.id, status: reading.status, runUrl: runUrlOf(state) }),
    ...(reading?.plan && { plan: reading.plan }),
    ...(reading?.apply && { apply: countsOf(reading.apply) }),
    ...pick(
      data,
      'configurationVersionId',
      'outcome',
      'failure',
      'plannedChanges',
      'unlistedChanges',
      'waitingFor',
      'inDoubt',
      'blocker',
      'outputs',
    ),
    ...(state.canceled && { cancelRequested: true as const, ...pick(data, 'cancellation') }),
  };
  const since = data.history.at(-1)?.at;
  return {
    key: request?.key ?? '',
    phase: data.phase,
    ...optional,
    ...(since && { since }),
    approval: {
      verdict: state.decisions.verdict,
      decisions: data.decisions,
      missing: state.decisions.missing,
      approvers: approversOf(state),
      ...(data.expiresAtMs !== undefined && { expiresAt: new Date(data.expiresAtMs).toISOString() }),
    },
    refusedMessages: data.refusedMessages,
    warnings: data.warnings,
    history: data.history,
  };
}

/** Who has approved, in the order in which the approvals counted. */
export const approversOf = ({ decisions }: RunState): string[] => decisions.approvals.map(({ by }) => by);

/** The run's page in TFE. */
export function runUrlOf(state: RunState, run: { id: string } = state.reading): string {
  const { tfeAddress, request } = state.accepted;
  return `${tfeAddress}/app/${request.organization}/workspaces/${request.workspace}/runs/${run.id}`;
}

export const countsOf = ({ additions, changes, destructions, imports }: ResourceCounts): ResourceCounts => ({
  additions,
  changes,
  destructions,
  imports,
});
