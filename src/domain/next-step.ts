import type { RunReading, RunRequest, Verdict } from '@runwright/client/contract';
import { isFinalRun, isPastConfirmation, type RunPhase } from '@runwright/client/domain';
import type { EndedFor } from './outcome.ts';

/** Deadlines that pass while a run is on its way. The approval's is a verdict (`expired`). */
export type RunDeadline = 'queue' | 'plan' | 'apply';

/** All that decides what comes next for a run. */
export interface RunFacts {
  /** As it was read last. */
  run: RunReading;
  /** Of the run; `applying` also where TFE has accepted our apply and does not show it yet. */
  phase: RunPhase;
  verdict: Verdict;
  /** The caller canceled the request. */
  canceled: boolean;
  /** TFE has not shown the run for so long that it is given up. */
  gone: boolean;
  passed: readonly RunDeadline[];
  /** The run is being ended already, and why. */
  endedFor: EndedFor | undefined;
  /** Who confirmed the run, where it is past its confirmation. */
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
  /** Wait for people, or for what holds an approved run. */
  | { kind: 'people' }
  /** Hand a decided override to TFE. */
  | { kind: 'override' }
  /** Send the apply. */
  | { kind: 'apply' }
  /** Discard or cancel the run. */
  | { kind: 'end'; for: EndedFor }
  /** Wait until the apply has ended. */
  | { kind: 'finish' }
  /** TFE does not show the run any more, and what becomes of it is not waited for. */
  | { kind: 'give-up' }
  /** The run is final. */
  | { kind: 'done' };

/** What comes next for a run: pure, and total over its facts. */
export function nextStep(facts: RunFacts): NextStep {
  if (isFinalRun(facts.run)) return { kind: 'done' };
  if (facts.gone) return { kind: 'give-up' };
  const endFor = isConfirmed(facts) ? whyToInterrupt(facts) : whyToEnd(facts);
  // An override is the only thing that a run whose apply is held can go on by, also where it is to be interrupted no more.
  if (endFor === undefined && facts.overrideDue) return { kind: 'override' };
  if (endFor !== undefined) return { kind: 'end', for: endFor };
  if (isConfirmed(facts)) return { kind: 'finish' };
  switch (facts.phase) {
    case 'queued':
    case 'planning':
      return { kind: 'plan' };
    case 'checking':
      // Checks that follow an override are waited for with the people who are to approve.
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

/** Before its confirmation a run is ended for whatever speaks against it; what was begun is carried on. */
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
  // Somebody else's apply is theirs: no deadline of ours ends it.
  if (confirmer === 'us' && passed.includes('apply')) return endedFor ?? 'deadline';
  return undefined;
}
