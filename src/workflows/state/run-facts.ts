import type { Phase, RunReading, RunRequest } from '@runwright/client/contract';
import { phaseOfRun, type RunPhase } from '@runwright/client/domain';
import { nextStep, type RunFacts } from '../../domain/next-step.ts';
import type { RunSnapshot } from './run-snapshot.ts';

/** The phase of the run itself. An apply that TFE accepted counts as begun before TFE shows it. */
export function runPhaseOf(reading: RunReading, applyAccepted: RunSnapshot['applyAccepted']): RunPhase {
  const seen = phaseOfRun(reading);
  return applyAccepted && seen === 'awaiting-confirmation' ? 'applying' : seen;
}

/** The facts outside the snapshot: they belong to this execution, or are weighed anew each time. */
type Around = Pick<RunFacts, 'run' | 'verdict' | 'canceled' | 'overrideDue'> & { request: RunRequest };

/** All that decides what comes next for the run of a request. */
export function factsOf(known: Readonly<RunSnapshot>, { request, ...around }: Around): RunFacts {
  const { acts, confirmer, expiresAtMs, passed } = known;
  return {
    ...around,
    phase: runPhaseOf(around.run, known.applyAccepted),
    gone: passed.includes('gone'),
    passed: passed.filter((deadline) => deadline === 'queue' || deadline === 'plan' || deadline === 'apply'),
    endedFor: acts.endedFor,
    confirmer: acts.applySent ? 'us' : (confirmer ?? 'nobody'),
    asked: expiresAtMs !== undefined,
    confirmedElsewhere: request.approval.confirmedElsewhere,
    cancelDuringApply: request.cancelDuringApply,
  };
}

/** The phase that people see. It says that the run waits for them only once they can see what it would change. */
export function shownPhaseOf({ acts, planSeen }: Readonly<RunSnapshot>, facts: RunFacts): Phase {
  if (acts.endedFor !== undefined && nextStep(facts).kind === 'end') return 'cleaning-up';
  return facts.phase === 'awaiting-confirmation' && !planSeen ? 'checking' : facts.phase;
}
