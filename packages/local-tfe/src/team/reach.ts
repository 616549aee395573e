import type { Access } from '../account/user-records.ts';

/** What a token may in one workspace: the parts that TFE grants apart from each other. */
export interface Reach {
  /** Runs, and what goes with them. */
  access: Access;
  variables: 'none' | 'read' | 'write';
  stateVersions: 'none' | 'read-outputs' | 'read' | 'write';
  sentinelMocks: 'none' | 'read';
  locking: boolean;
  runTasks: boolean;
  policyOverrides: boolean;
}

const NOTHING: Reach = {
  access: 'none',
  variables: 'none',
  stateVersions: 'none',
  sentinelMocks: 'none',
  locking: false,
  runTasks: false,
  policyOverrides: false,
};
const READ: Reach = { ...NOTHING, access: 'read', variables: 'read', stateVersions: 'read' };
const WRITE: Reach = {
  ...READ,
  access: 'apply',
  variables: 'write',
  stateVersions: 'write',
  sentinelMocks: 'read',
  locking: true,
};

/** TFE's fixed permission sets: none, read, plan, write (here `apply`) and admin. */
export const REACHES: Readonly<Record<Access, Reach>> = {
  none: NOTHING,
  read: READ,
  plan: { ...READ, access: 'plan' },
  apply: WRITE,
  admin: { ...WRITE, access: 'admin', runTasks: true, policyOverrides: true },
};

/** What a `custom` grant gives that says nothing more. */
export const LEAST_CUSTOM: Reach = { ...NOTHING, access: 'read' };
