export { startLocalTfe, type LocalTfe, type LocalTfeOptions } from './server.ts';
export type { FaultName, FaultRequest } from './control/faults.ts';
export type { JournalEntry, RequestEntry } from './control/journal.ts';
export type { PersonRequest } from './control/people.ts';
