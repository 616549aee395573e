import { setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import {
  approveSignal,
  decideUpdate,
  nudgeSignal,
  overrideSignal,
  rejectSignal,
  viewQuery,
} from '../contract/messages.ts';
import { parseDecision } from '../domain/sent-message.ts';
import { afterResults } from './after-results.ts';
import type { RunState } from './run-state.ts';
import { viewOf } from './view-of.ts';

/** Wires what the request can be told and asked. Handlers take whatever was sent and never throw (design D6). */
export function answerMessages(state: RunState): void {
  setHandler(
    approveSignal,
    (sent: unknown) => afterResults(state, () => state.decisions.recordSignal('approve', sent)),
    {
      description: 'Approve the run: {"runId": "run-…", "by": "your name", "comment": "optional"}',
    },
  );
  setHandler(rejectSignal, (sent: unknown) => afterResults(state, () => state.decisions.recordSignal('reject', sent)), {
    description: 'Reject the run, which discards it: {"runId": "run-…", "by": "your name", "reason": "why"}',
  });
  setHandler(
    overrideSignal,
    (sent: unknown) => afterResults(state, () => state.decisions.recordSignal('override', sent)),
    {
      description:
        'Override the policies that hold the run: {"runId": "run-…", "by": "your name"}; approve it afterwards',
    },
  );
  setHandler(decideUpdate, (sent: unknown) => afterResults(state, () => state.decisions.decide(sent)), {
    description:
      'Decide and be answered: {"verdict": "approve", "reject" or "override", "runId": "run-…", "by": "your name"}',
    validator: refuseMalformed,
  });
  setHandler(nudgeSignal, () => afterResults(state, () => void (state.nudged = 'yes')), {
    description: 'Look at the run now',
  });
  setHandler(viewQuery, () => viewOf(state), { description: 'Everything about this request' });
  setDefaultSignalHandler((name) =>
    state.decisions.refuse(name, 'no such signal: send approve, reject, override or nudge'),
  );
}

// A refused update leaves no event, so only what nobody could read is refused; the rest is recorded and answered.
function refuseMalformed(sent: unknown): void {
  const parsed = parseDecision(sent);
  if (parsed.kind === 'refused') throw new Error(parsed.reason);
}
