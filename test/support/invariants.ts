import type { CheckedInvariant, Evidence, Violation } from './invariants/evidence.ts';
import { approved } from './invariants/approved.ts';
import { ended } from './invariants/final.ts';
import { noSecrets, notStuck } from './invariants/not-stuck.ts';
import { oneRun } from './invariants/one-run.ts';
import { withinBudget } from './invariants/request-rate.ts';
import { withdrawn } from './invariants/withdrawn.ts';

export const CHECKED_INVARIANTS = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I8',
] as const satisfies readonly CheckedInvariant[];

const RULES = [oneRun, approved, ended, noSecrets, withinBudget, notStuck, withdrawn];

/** Every breach of the promises, from what TFE wrote down and what was sent to Temporal: docs/reliability.md. */
export const violationsOf = (evidence: Evidence): Violation[] => RULES.flatMap((rule) => rule(evidence));
