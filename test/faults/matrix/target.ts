import type { Deadlines } from '@runwright/client/contract';
import type { Story } from './stories.ts';

/** A moment of a request: something that Runwright asks of TFE, which a fault can strike. */
export interface Target {
  readonly name: string;
  readonly kind: 'write' | 'wait';
  /** The route that the fault strikes. */
  readonly match: string;
  readonly story: Story;
  readonly ending: object;
  /** Runs are kept in this status from the start, until the story lets them go. */
  readonly held?: 'plan_queued' | 'planning' | 'applying';
  readonly files?: Record<string, string>;
  /** The same route is asked before its moment: a worker that dies at it takes the place of another one only then. */
  readonly isLate?: true;
  /** A definite refusal ends a request only before it has a run. */
  readonly beforeARun?: true;
  /** The deadline that passes at this moment, where the second event is a deadline. */
  readonly deadlines: Partial<Deadlines>;
}

const ONE_RESOURCE = 'resource "terraform_data" "one" {\n  input = "hello"\n}\n';
export const HELD_BY_A_POLICY = {
  'main.tf': ONE_RESOURCE,
  'local-tfe.json': JSON.stringify({
    policies: [{ name: 'careful', enforcement: 'soft-mandatory', result: 'failed' }],
  }),
};
export const HAS_AN_OUTPUT = { 'main.tf': `${ONE_RESOURCE}output "said" {\n  value = "hello"\n}\n` };
export const PLAN_FAILS = {
  'main.tf': ONE_RESOURCE,
  'local-tfe.json': JSON.stringify({ plan: { error: 'no provider' } }),
};

/** Deadlines that pass while a request is held up for a second or two. */
export const QUEUE = { queueMs: 1_500 };
export const PLAN = { planMs: 1_000 };
export const APPROVAL = { approvalMs: 2_500 };
export const APPLY = { applyMs: 1_000 };
