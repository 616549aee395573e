/** Every function exported here is a workflow type. */
export { terraformRun } from './terraform-run.ts';
export { reapOrphans } from './reap-orphans.ts';
export { namespaceRestored } from './namespace-restored.ts';
export { pauseApplies } from './pause-applies.ts';
