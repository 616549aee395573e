/**
 * One class for each thing that a caller of the client can do something about; each message is one sentence and safe to
 * print. `kind` is closed and survives where `instanceof` does not (two copies of the package in one process).
 */
export type ClientErrorKind =
  | 'temporal-unreachable'
  | 'temporal-refused'
  | 'installation-unknown'
  | 'namespace-not-found'
  | 'search-attributes-missing'
  | 'search-attributes-conflict'
  | 'request-not-found'
  | 'request-ended'
  | 'ambiguous-id'
  | 'invalid-request'
  | 'request-conflict'
  | 'no-worker-answer'
  | 'update-refused';

export abstract class RunwrightClientError extends Error {
  abstract readonly kind: ClientErrorKind;
}

/** Thrown when Temporal does not answer in time. Says nothing about whether a write was carried out: writes are safe to repeat. */
export class TemporalUnreachableError extends RunwrightClientError {
  override readonly name = 'TemporalUnreachableError';
  readonly kind = 'temporal-unreachable';
  readonly address: string;

  constructor(address: string) {
    super(`Temporal does not answer at ${address}: start it, or set TEMPORAL_ADDRESS to where it runs`);
    this.address = address;
  }
}

/** Thrown when Temporal answers that this caller may not do that (API key, client certificate, role). */
export class TemporalRefusedError extends RunwrightClientError {
  override readonly name = 'TemporalRefusedError';
  readonly kind = 'temporal-refused';

  constructor(address: string) {
    super(`Temporal at ${address} refuses the credentials: check TEMPORAL_API_KEY or the TEMPORAL_TLS_* certificates`);
  }
}

/** Thrown when a call needs the installation and the client was not given its TFE. */
export class InstallationUnknownError extends RunwrightClientError {
  override readonly name = 'InstallationUnknownError';
  readonly kind = 'installation-unknown';

  constructor() {
    super('which installation is meant is not known: set TFE_ADDRESS to the URL of Terraform Enterprise');
  }
}

/** Thrown when the namespace does not exist. It also happens right after its creation, for up to ten seconds. */
export class NamespaceNotFoundError extends RunwrightClientError {
  override readonly name = 'NamespaceNotFoundError';
  readonly kind = 'namespace-not-found';
  readonly namespace: string;

  constructor(namespace: string) {
    super(`Temporal has no namespace "${namespace}": run "runwright setup", or set TEMPORAL_NAMESPACE`);
    this.namespace = namespace;
  }
}

/** Thrown when the namespace lacks search attributes that requests carry. Nothing was started. */
export class SearchAttributesMissingError extends RunwrightClientError {
  override readonly name = 'SearchAttributesMissingError';
  readonly kind = 'search-attributes-missing';
  readonly missing: readonly string[];

  constructor(namespace: string, missing: readonly string[] = [], todo = 'run "runwright setup" once') {
    const which = missing.length > 0 ? ` (${missing.join(', ')})` : '';
    super(`namespace "${namespace}" lacks search attributes${which}: ${todo}`);
    this.missing = missing;
  }
}

/** Thrown by the set-up when the namespace has one of our search attributes with another type. */
export class SearchAttributesConflictError extends RunwrightClientError {
  override readonly name = 'SearchAttributesConflictError';
  readonly kind = 'search-attributes-conflict';

  constructor(namespace: string, conflicts: readonly string[]) {
    super(
      `namespace "${namespace}" uses search attributes of these names with another type (${conflicts.join('; ')}): ` +
        `use another namespace, or remove them with "temporal operator search-attribute remove"`,
    );
  }
}

/** Thrown when no request has this id or key, or Temporal has forgotten it after the namespace's retention. */
export class RequestNotFoundError extends RunwrightClientError {
  override readonly name = 'RequestNotFoundError';
  readonly kind = 'request-not-found';
  readonly id: string;

  constructor(id: string, namespace: string) {
    super(`no request "${id}" in namespace "${namespace}": "runwright list" shows the known ones`);
    this.id = id;
  }
}

/** Thrown when a request has ended and takes no more messages. */
export class RequestEndedError extends RunwrightClientError {
  override readonly name = 'RequestEndedError';
  readonly kind = 'request-ended';

  constructor(id: string) {
    super(`request "${id}" has ended: "runwright show ${id}" says how`);
  }
}

/** Thrown when a key belongs to requests in several workspaces. */
export class AmbiguousIdError extends RunwrightClientError {
  override readonly name = 'AmbiguousIdError';
  readonly kind = 'ambiguous-id';
  readonly workflowIds: readonly string[];

  constructor(key: string, workflowIds: readonly string[]) {
    super(`the key "${key}" is used in several workspaces: name one of ${workflowIds.join(', ')}`);
    this.workflowIds = workflowIds;
  }
}

/** Thrown before anything is started when a request breaks the contract. `faults`: one line per fault, `path: what is wrong`. */
export class InvalidRequestError extends RunwrightClientError {
  override readonly name = 'InvalidRequestError';
  readonly kind = 'invalid-request';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the request is not valid: ${faults.join('; ')}`);
    this.faults = faults;
  }
}

/** One field in which two requests differ; values are JSON, cut to a readable length. */
export interface FieldDifference {
  path: string;
  before: string;
  after: string;
}

/** Thrown when the key already belongs to another request of this workspace. Nothing was started or changed. */
export class RequestConflictError extends RunwrightClientError {
  override readonly name = 'RequestConflictError';
  readonly kind = 'request-conflict';
  readonly workflowId: string;
  readonly differences: readonly FieldDifference[];

  constructor(key: string, workflowId: string, differences: readonly FieldDifference[]) {
    const listed = differences.map(({ path, before, after }) => `${path}: ${before} → ${after}`).join('; ');
    super(`the key "${key}" belongs to another request, which differs in ${listed}: use another key`);
    this.workflowId = workflowId;
    this.differences = differences;
  }
}

/** Thrown when a message needs a worker and none answered in time. The message may still be carried out later. */
export class NoWorkerAnswerError extends RunwrightClientError {
  override readonly name = 'NoWorkerAnswerError';
  readonly kind = 'no-worker-answer';

  constructor(id: string) {
    super(`no worker answered for "${id}": start one with "runwright worker", "runwright doctor" says what is missing`);
  }
}

/** Thrown when the workflow refuses an update as malformed. */
export class UpdateRefusedError extends RunwrightClientError {
  override readonly name = 'UpdateRefusedError';
  readonly kind = 'update-refused';

  constructor(reason: string) {
    super(`the decision was refused: ${reason}`);
  }
}
