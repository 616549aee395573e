import type { Evidence, Violation } from './invariants/evidence.ts';
import { approved } from './invariants/approved.ts';
import { ended } from './invariants/final.ts';
import { noSecrets, notStuck } from './invariants/not-stuck.ts';
import { oneRun } from './invariants/one-run.ts';
import { withinBudget } from './invariants/request-rate.ts';
import { withdrawn } from './invariants/withdrawn.ts';

const RULES = [oneRun, approved, ended, noSecrets, withinBudget, notStuck, withdrawn];

/** Every breach of the promises, from what TFE wrote down and what was sent to Temporal: docs/reliability.md. */
export const violationsOf = (evidence: Evidence): Violation[] => RULES.flatMap((rule) => rule(evidence));
