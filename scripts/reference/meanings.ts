import type { DecisionRefusal, FailureType, Outcome, Phase, SEARCH_ATTRIBUTES } from '@runwright/client/contract';
import { refusalSentence } from '@runwright/client/domain';

/** The words of the contract, explained. A new word does not compile until it is explained here. */

export const OUTCOME_MEANINGS: Record<Outcome, string> = {
  applied: 'the run was applied as it was approved',
  'no-changes': 'the plan is empty: nothing was to be applied, and nobody was asked',
  'plan-only': 'the plan is finished, and this mode applies nothing',
  rejected: 'somebody rejected the run, which was discarded',
  expired: 'nobody decided before the approval expired, and the run was discarded',
  'discarded-elsewhere': "somebody discarded the run in TFE's own UI or API",
  'confirmed-elsewhere':
    "somebody confirmed the run in TFE's own UI or API; `changed` says whether it was applied, `by` names who, as far as TFE tells",
  superseded: 'a saved plan was discarded by TFE because the state of the workspace moved on',
  canceled: 'somebody canceled the run in TFE, or the request was canceled when part of it may have been applied',
};

export const FAILURE_MEANINGS: Record<FailureType, string> = {
  'invalid-request':
    'the request breaks a rule of the schema, has times below what safety rests on, or runs under a workflow id that is not its own; `faults` names every one. Correct it and ask again',
  unauthorized:
    'TFE does not accept the token (401), and no run existed yet. Renew it; `runwright doctor` tells whose it is',
  'workspace-not-found': 'there is no such workspace, or the token may not see it: TFE answers 404 for both',
  'workspace-unsuitable':
    'the workspace cannot run this: execution mode local, configuration from version control, destroy plans not allowed, or auto-apply on a server that may ignore a run’s own setting',
  'permission-missing': 'the token lacks Plan or Apply on the workspace. Give its team that permission',
  'configuration-unusable':
    'there is no Terraform file where the workspace looks for one, or TFE could not read the archive',
  'archive-unavailable':
    'the worker cannot read the packed configuration: it was deleted, is damaged, or worker and caller do not share `RUNWRIGHT_ARCHIVE_DIR`',
  'run-refused': 'TFE refused to create the run (its own answer, so none exists)',
  'option-ignored':
    'the server made a run that does not carry what was asked for (marker, configuration version, `auto-apply: false`); it was ended at once, and `changed` says whether anything was applied',
  'pre-plan-failed':
    'a mandatory run task failed before the plan, so nothing was planned; its name and result stand in TFE',
  'plan-errored':
    'the plan ended with an error; `errors` holds the summaries of what terraform said, `runwright logs ID` shows the log',
  'apply-errored':
    'the apply ended with an error; `changed` says whether part of it took effect, `errors` holds the summaries of what terraform said, `runwright logs ID` shows the log',
  'policy-failed': 'a mandatory policy or run task failed after the plan',
  'deadline-exceeded': 'a deadline of the request passed, and the run was ended',
  'cleanup-incomplete':
    'the run, or of a canceled request a second one of it, could not be ended within `timing.cleanupMs`; it is named, and has to be ended in TFE by hand',
  'tfe-refused': 'TFE refused a step for another reason, which the message gives',
};

export const PHASE_MEANINGS: Record<Phase, string> = {
  preparing: 'the request is accepted; its configuration is brought to TFE; there is no run yet',
  queued: 'the run exists and TFE has not started its plan: it waits for capacity, a lock, or another run',
  planning: 'TFE plans',
  checking: 'the plan is finished; policies, run tasks or the cost estimate are at work',
  'awaiting-override':
    'a policy failed softly: somebody has to override it (signal `override`, or in TFE), or the run can be rejected',
  'awaiting-confirmation': 'the plan can be seen and waits for people to decide',
  applying: 'the run is confirmed; TFE applies it',
  'cleaning-up': 'the run is being discarded or canceled',
  finished: 'the request has ended with an outcome',
  'ended-badly': 'the request has ended with a failure',
};

const REFUSALS: Record<DecisionRefusal, true> = {
  'no-run-yet': true,
  'other-run': true,
  'not-planned-yet': true,
  'nothing-to-override': true,
  'already-decided': true,
  repeated: true,
  'requester-may-not-approve': true,
  'same-person': true,
  'request-ended': true,
};

export const REFUSAL_MEANINGS: Record<string, string> = Object.fromEntries(
  (Object.keys(REFUSALS) as DecisionRefusal[]).map((refusal) => [refusal, refusalSentence(refusal)]),
);

export const ATTRIBUTE_MEANINGS: Record<keyof typeof SEARCH_ATTRIBUTES, string> = {
  organization: "the workspace's organization",
  workspace: 'name of the workspace',
  runId: 'the run, once there is one',
  key: "the caller's key",
  phase: 'where the request is',
  requestedBy: 'who asked',
  waitingSince: 'since when it has been in this phase',
  approvers: 'who has approved so far',
  outcome: 'how it ended: an outcome or the type of a failure, once its run has ended',
};

/** What a workflow of a request can be told and asked. Shapes are the contract's: src/contract/messages.ts. */
export const MESSAGE_MEANINGS: Record<string, { kind: string; input: string; meaning: string }> = {
  approve: {
    kind: 'signal',
    input: '`{"runId": "run-…", "by": "name", "comment"?: "…", "decisionId"?: "…"}`',
    meaning: 'approves that run; needs no worker to be sent, and can be sent by hand from the Temporal UI',
  },
  reject: {
    kind: 'signal',
    input: '`{"runId": "run-…", "by": "name", "reason": "…", "decisionId"?: "…"}`',
    meaning: 'rejects that run, which is then discarded',
  },
  override: {
    kind: 'signal',
    input: '`{"runId": "run-…", "by": "name", "comment"?: "…", "decisionId"?: "…"}`',
    meaning: 'overrides the policies or tasks that hold that run; it approves nothing, the approval is still needed',
  },
  explainCancel: {
    kind: 'signal',
    input: '`{"by": "name", "reason"?: "…"}`',
    meaning: 'who cancels and why, sent just before the cancellation; alone it cancels nothing',
  },
  nudge: { kind: 'signal', input: '`{"runStatus"?: "…"}`', meaning: 'the run has changed: look now' },
  decide: {
    kind: 'update',
    input: '`{"choice": "approve" \\| "reject" \\| "override", "runId", "by", "comment"? \\| "reason", "decisionId"?}`',
    meaning: 'the same decisions, answered: counted, or refused with a reason',
  },
  view: { kind: 'query', input: '–', meaning: 'everything that is known of the request (`RunView`)' },
};
