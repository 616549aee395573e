/** What the reaper is asked: `dry-run` only tells what it would do. */
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
   * Why it counts as an orphan. `another-life`: a workflow of this id runs, but it was started after this run's one was
   * deleted. It ends the runs of its earlier lives itself, so the reaper leaves them to it.
   */
  workflow: 'closed' | 'unknown' | 'another-life';
  /** `leave`: it is being applied, it is left to `another-life`, or TFE allows neither discard nor cancel now. */
  action: 'discard' | 'cancel' | 'leave';
}

/** Why an orphan was not ended, when it was looked at again right before. */
export type SparedBecause =
  /** Its workflow runs again: it was reset. */
  | 'lives'
  /** Its workflow id was started anew, and that life looks after it. */
  | 'another-life'
  /** It was confirmed. */
  | 'being-applied'
  /** It has ended by itself, or somebody ended it. */
  | 'final'
  /** Its message does not end in the marker any more by which it was found. */
  | 'not-ours'
  /** TFE allows neither discard nor cancel, as while a cancel is under way. */
  | 'not-endable';

/** What came of ending an orphan. What was not accepted is found again by the next pass. */
export type OrphanAnswer =
  | { answer: 'accepted' }
  /** `later`: nothing was sent. `in-doubt`: the answer was lost. In TFE's words. */
  | { answer: 'refused' | 'later' | 'in-doubt'; why: string }
  | { answer: 'spared'; why: SparedBecause };

/** In a dry run, and of what is left, without an answer. */
export type ReapedRun = Orphan | (Orphan & OrphanAnswer);

/** An organization whose runs could not be read in this pass. */
export interface UnreadOrganization {
  organization: string;
  /** TFE's refusal, in a sentence. */
  why: string;
}

/** Runs that carry this installation's name and belong to another Temporal namespace: two were given the same name. */
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
  /** Left alone: their workflows are not for this namespace to know. */
  otherNamespaces: OtherNamespace[];
  /** The pass went on without them; the next one asks again. */
  unread: UnreadOrganization[];
}
