/** What the reaper is asked: `dry-run` only tells what it would do. */
export interface ReapInput {
  mode: 'act' | 'dry-run';
}

/** A run of this installation whose workflow is gone. */
export interface ReapedRun {
  runId: string;
  organization: string;
  status: string;
  workflowId: string;
  /** Why the workflow counts as gone. */
  workflow: 'closed' | 'unknown';
  /** `leave`: it is being applied, or TFE allows neither discard nor cancel now. */
  action: 'discard' | 'cancel' | 'leave';
  /** How TFE answered; absent in a dry run. */
  answer?: 'accepted' | 'refused' | 'later' | 'in-doubt';
}

/** An organization whose runs could not be read in this pass. */
export interface UnreadOrganization {
  organization: string;
  /** TFE's refusal, in a sentence. */
  why: string;
}

export interface ReapReport {
  mode: ReapInput['mode'];
  /** Non-final runs with this installation's marker. */
  examined: number;
  runs: ReapedRun[];
  /** The pass went on without them; the next one asks again. */
  unread: UnreadOrganization[];
}
