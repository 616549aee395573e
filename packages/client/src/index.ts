/** What services import: the client, its errors, and the contract's types. */
export {
  RunwrightClient,
  type DirectoryRequestInput,
  type RequestHandle,
  type RunwrightOptions,
} from './runwright-client.ts';
export { ArchiveError, createFolderStore, type ArchiveErrorKind, type ArchiveStore } from './archive/index.ts';
export type { TemporalOptions } from './temporal/temporal-access.ts';
export type { FollowOptions } from './await-close.ts';
export type { RequestFilter, RequestListing } from './list-requests.ts';
export type { RunEnding } from './request-ending.ts';
export type { RequestView } from './view-request.ts';
export type { WorkflowState } from './temporal/workflow-state.ts';
export type { DecisionInput, RejectionInput } from './send-decision.ts';
export {
  AmbiguousIdError,
  InstallationUnknownError,
  InvalidRequestError,
  NamespaceNotFoundError,
  NoWorkerAnswerError,
  RequestConflictError,
  RequestEndedError,
  RequestNotFoundError,
  RunwrightClientError,
  SearchAttributesConflictError,
  SearchAttributesMissingError,
  TemporalRefusedError,
  TemporalUnreachableError,
  UpdateRefusedError,
  type ClientErrorKind,
  type FieldDifference,
} from './errors.ts';
export type { Decision, DecisionAnswer, DecisionRefusal, RefusedMessage, Verdict } from './contract/decision.ts';
export { ENDING_NAMES, type EndingName } from './contract/ending-name.ts';
export { FAILURE_TYPES, type FailureFacts, type FailureType } from './contract/failure-types.ts';
export {
  OUTCOMES,
  type Changed,
  type Outcome,
  type PlannedChange,
  type ResourceCounts,
  type RunOutput,
  type TerraformError,
} from './contract/outcome.ts';
export { PHASES, type Phase } from './contract/phase.ts';
export { requestAddressOf, workflowIdOf, type PauseScope, type RequestAddress } from './contract/names.ts';
export type {
  ApprovalPolicy,
  ArchiveRef,
  Configuration,
  Deadlines,
  RunMode,
  RunOptions,
  RunRequest,
  RunRequestInput,
  Timing,
} from './contract/run-request.ts';
export type {
  Orphan,
  OtherNamespace,
  OrphanAnswer,
  ReapedRun,
  ReapInput,
  ReapReport,
  SparedBecause,
  UnreadOrganization,
} from './contract/reaper.ts';
export type { Cancellation, PhaseChange, RunResult, RunView } from './contract/run-view.ts';
