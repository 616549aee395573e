import type { RunReading, RunRequest, Verdict } from '@runwright/client/contract';
import { isFinalRun, isPastConfirmation, type RunPhase } from '@runwright/client/domain';
import type { EndedFor } from './outcome.ts';

/** Deadlines that can pass before a run has ended. The approval's deadline is a verdict instead (`expired`). */
export type RunDeadline = 'queue' | 'plan' | 'apply';

/** All that decides what comes next for a run. */
export interface RunFacts {
  /** As last read. */
  run: RunReading;
  /** The run's phase; `applying` also if TFE has accepted our apply and does not show it yet. */
  phase: RunPhase;
  verdict: Verdict;
  /** The caller canceled the request. */
  canceled: boolean;
  /** TFE has not shown the run for so long that we give it up. */
  gone: boolean;
  passed: readonly RunDeadline[];
  /** Why the run is being ended, if it is. */
  endedFor: EndedFor | undefined;
  /** Who confirmed the run, if it is past its confirmation. */
  confirmer: 'nobody' | 'us' | 'somebody-else';
  /** Somebody decided to override what holds the run, and TFE has not taken that yet. */
  overrideDue: boolean;
  /** People have been asked for their approval of this run. */
  asked: boolean;
  confirmedElsewhere: RunRequest['approval']['confirmedElsewhere'];
  cancelDuringApply: RunRequest['cancelDuringApply'];
}

export type NextStep =
  /** Wait until the run is planned. */
  | { kind: 'plan' }
  /** Wait for people, or for whatever holds an approved run. */
  | { kind: 'people' }
  /** Hand a decided override to TFE. */
  | { kind: 'override' }
  /** Send the apply. */
  | { kind: 'apply' }
  /** Discard or cancel the run. */
  | { kind: 'end'; for: EndedFor }
  /** Wait until the apply has ended. */
  | { kind: 'finish' }
  /** TFE no longer shows the run, and we do not wait to learn how it ends. */
  | { kind: 'give-up' }
  /** The run is final. */
  | { kind: 'done' };

/** What comes next for a run: pure, and total over its facts. */
export function nextStep(facts: RunFacts): NextStep {
  if (isFinalRun(facts.run)) return { kind: 'done' };
  if (facts.gone) return { kind: 'give-up' };
  const endFor = isConfirmed(facts) ? whyToInterrupt(facts) : whyToEnd(facts);
  // Only an override moves a run whose apply is held, even if the run is no longer to be interrupted.
  if (endFor === undefined && facts.overrideDue) return { kind: 'override' };
  if (endFor !== undefined) return { kind: 'end', for: endFor };
  if (isConfirmed(facts)) return { kind: 'finish' };
  switch (facts.phase) {
    case 'queued':
    case 'planning':
      return { kind: 'plan' };
    case 'checking':
      // After an override its checks run again. Wait for them with the people who are to approve, if they were asked
      // already.
      return { kind: facts.asked ? 'people' : 'plan' };
    case 'awaiting-override':
      return { kind: 'people' };
    case 'awaiting-confirmation':
      return { kind: facts.verdict === 'approved' ? 'apply' : 'people' };
    case 'applying':
      return { kind: 'finish' };
    case 'finished':
    case 'ended-badly':
      return { kind: 'done' };
  }
}

const isConfirmed = ({ run, phase }: RunFacts): boolean => phase === 'applying' || isPastConfirmation(run);

/** Before its confirmation, any reason to end a run ends it; a begun ending is carried on. */
function whyToEnd({ endedFor, canceled, verdict, passed }: RunFacts): EndedFor | undefined {
  if (endedFor !== undefined) return endedFor;
  if (canceled) return 'canceled';
  if (verdict === 'rejected' || verdict === 'expired') return verdict;
  return passed.includes('queue') || passed.includes('plan') ? 'deadline' : undefined;
}

/** An apply is interrupted only where the request says so. */
function whyToInterrupt(facts: RunFacts): EndedFor | undefined {
  const { endedFor, confirmer, canceled, passed } = facts;
  if (endedFor === 'option-ignored') return endedFor;
  if (confirmer !== 'us' && facts.confirmedElsewhere === 'interrupt') return endedFor ?? 'confirmed-elsewhere';
  if (canceled && facts.cancelDuringApply === 'interrupt') return endedFor ?? 'canceled';
  // An apply that somebody else confirmed is theirs: no deadline of ours ends it.
  if (confirmer === 'us' && passed.includes('apply')) return endedFor ?? 'deadline';
  return undefined;
}
