/**
 * The client's way to Temporal, for the service that hosts the workflows. All others need only `RunwrightClient`; this
 * may change with every version.
 */
export { installationIdOf, readNamespace, tfeHostOf, type NamespaceFacts } from './installation.ts';
export { readNamespaceUi, storeNamespaceUi, type UiReport } from './namespace-ui.ts';
export { restoredAtMs } from './restored.ts';
export { decodeFirst, readStartedInput } from './started-input.ts';
export {
  connectTemporal,
  RPC_DEADLINE_MS,
  TemporalAccess,
  type CallOptions,
  type TemporalOptions,
} from './temporal-access.ts';
export { GRPC, grpcFactsOf, toClientError } from './temporal-failure.ts';
export { workflowStateOf, type WorkflowState } from './workflow-state.ts';
export { knownTemporalUi, temporalPageOf } from './temporal-page.ts';
