/** The reaper's input: `dry-run` only reports what it would do. */
export interface ReapInput {
  mode: 'act' | 'dry-run';
}

/** A run of this installation that no workflow looks after. */
export interface Orphan {
  runId: string;
  organization: string;
  status: string;
  workflowId: string;
  /**
   * Why it counts as an orphan. `another-life`: a workflow of this id runs, but it started after this run's workflow
   * was deleted. That workflow ends the runs of its earlier lives itself, so the reaper leaves them to it.
   */
  workflow: 'closed' | 'unknown' | 'another-life';
  /** `leave`: it is being applied, it is left to `another-life`, or TFE allows neither discard nor cancel now. */
  action: 'discard' | 'cancel' | 'leave';
}

/** Why an orphan was not ended after the look right before. */
export type SparedBecause =
  /** Its workflow runs again: it was reset. */
  | 'lives'
  /** Its workflow id was started anew, and that life looks after the run. */
  | 'another-life'
  /** It was confirmed. */
  | 'being-applied'
  /** It ended by itself, or somebody ended it. */
  | 'final'
  /** Its message no longer ends in the marker by which it was found. */
  | 'not-ours'
  /** TFE allows neither discard nor cancel, as while a cancel is under way. */
  | 'not-endable';

/** What came of ending an orphan. The next pass finds again whatever was not accepted. */
export type OrphanAnswer =
  | { answer: 'accepted' }
  /** `later`: nothing was sent. `in-doubt`: the answer was lost. `why` is in TFE's words. */
  | { answer: 'refused' | 'later' | 'in-doubt'; why: string }
  | { answer: 'spared'; why: SparedBecause };

/** Without an answer in a dry run, and for runs that are left alone. */
export type ReapedRun = Orphan | (Orphan & OrphanAnswer);

/** An organization whose runs could not be read in this pass. */
export interface UnreadOrganization {
  organization: string;
  /** TFE's refusal, in a sentence. */
  why: string;
}

/**
 * Runs that carry this installation's name but belong to another Temporal namespace: two installations got the same
 * name.
 */
export interface OtherNamespace {
  /** As its server made it. */
  namespaceId: string;
  /** Ids of its non-final runs. */
  runs: string[];
}

export interface ReapReport {
  mode: ReapInput['mode'];
  /** Non-final runs of this installation in this namespace. */
  examined: number;
  runs: ReapedRun[];
  /** Left alone: this namespace does not know their workflows. */
  otherNamespaces: OtherNamespace[];
  /** The pass went on without these; the next one asks again. */
  unread: UnreadOrganization[];
}
