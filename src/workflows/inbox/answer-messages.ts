import { setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import {
  approveSignal,
  decideUpdate,
  type Decision,
  explainCancelSignal,
  nudgeSignal,
  overrideSignal,
  rejectSignal,
  viewQuery,
} from '@runwright/client/contract';
import { parseCancellation, parseDecision } from '@runwright/client/domain';
import type { RunState } from '../state/run-state.ts';
import { viewOf } from '../state/view-of.ts';

/**
 * Wires the signals, updates and queries of a request. Handlers put whatever was sent into the inbox and never throw.
 */
export function answerMessages(state: RunState): void {
  const { inbox, decisions } = state;
  const record = (choice: Decision['choice']) => (sent: unknown) =>
    inbox.put(() => decisions.recordSignal(choice, sent));
  setHandler(approveSignal, record('approve'), {
    description: 'Approve the run: {"runId": "run-…", "by": "your name", "comment": "optional"}',
  });
  setHandler(rejectSignal, record('reject'), {
    description: 'Reject the run, which discards it: {"runId": "run-…", "by": "your name", "reason": "why"}',
  });
  setHandler(overrideSignal, record('override'), {
    description:
      'Override the policies that hold the run: {"runId": "run-…", "by": "your name"}; approve it afterwards',
  });
  setHandler(decideUpdate, (sent: unknown) => inbox.put(() => decisions.decide(sent)), {
    description:
      'Decide and be answered: {"choice": "approve", "reject" or "override", "runId": "run-…", "by": "your name"}',
    validator: refuseMalformed,
  });
  setHandler(explainCancelSignal, (sent: unknown) => inbox.put(() => takeExplanation(state, sent)), {
    description: 'Say who cancels and why, before Request Cancellation: {"by": "your name", "reason": "why"}',
  });
  setHandler(nudgeSignal, () => inbox.put(() => void (state.nudged = true)), { description: 'Look at the run now' });
  setHandler(viewQuery, () => viewOf(state), { description: 'Everything about this request' });
  setDefaultSignalHandler((name) =>
    inbox.put(() => decisions.refuse(name, 'no such signal: send approve, reject, override, explainCancel or nudge')),
  );
}

function takeExplanation(state: RunState, sent: unknown): void {
  const parsed = parseCancellation(sent);
  if (parsed.kind === 'refused') state.decisions.refuse('explainCancel', parsed.reason);
  else state.explainCancel(parsed.cancellation);
}

// A refused update leaves no event, so we refuse only what nobody can read, and record and answer the rest.
function refuseMalformed(sent: unknown): void {
  const parsed = parseDecision(sent);
  if (parsed.kind === 'refused') throw new Error(parsed.reason);
}
