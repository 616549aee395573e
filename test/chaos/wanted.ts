import type { RunRequestInput } from '@runwright/client';
import type { SeededRandom } from '../support/seeded-random.ts';

/** What people mean to do with a request. */
export type Intent = 'approve' | 'reject' | 'cancel' | 'say nothing';

/** What somebody with Temporal in hand does to it on the way. */
export type Operation = 'nothing' | 'same key again' | 'reset' | 'terminate' | 'delete, same key again';

export type Shape =
  'plain' | 'two approvers' | 'plan-only' | 'destroy' | 'empty apply' | 'saved plan' | 'held by a policy';

/** One request, its people and its operator, decided by the seed alone. */
export interface Wanted {
  readonly shape: Shape;
  readonly intent: Intent;
  readonly cancelAfterMs: number;
  readonly operation: Operation;
  readonly operateAfterMs: number;
  readonly workspace: string;
  readonly files: Readonly<Record<string, string>>;
  readonly more: Pick<RunRequestInput, 'run' | 'approval'>;
}

/** Planted (I4): an output that TFE keeps as sensitive, and that no history and no log may show. */
export const PLANTED = 'planted-output-Zk7Vw2';

const SHAPES: readonly Shape[] = [
  ...Array.from({ length: 6 }, () => 'plain' as const),
  'two approvers',
  'two approvers',
  'plan-only',
  'destroy',
  'empty apply',
  'saved plan',
  'held by a policy',
];
const INTENTS: readonly Intent[] = [
  ...Array.from({ length: 6 }, () => 'approve' as const),
  'reject',
  'cancel',
  'say nothing',
];
const OPERATIONS: readonly Operation[] = [
  ...Array.from({ length: 10 }, () => 'nothing' as const),
  'same key again',
  'same key again',
  'reset',
  'reset',
  'terminate',
  'delete, same key again',
];

export function wantedBy(random: SeededRandom, key: string, workspaces: readonly string[]): Wanted {
  const shape = random.pick(SHAPES);
  return {
    shape,
    intent: random.pick(INTENTS),
    cancelAfterMs: random.below(6_000),
    operation: random.pick(OPERATIONS),
    operateAfterMs: random.below(8_000),
    workspace: random.pick(workspaces),
    files: filesOf(shape, key),
    more: optionsOf(shape),
  };
}

function filesOf(shape: Shape, key: string): Record<string, string> {
  const resource = `resource "terraform_data" "one" {\n  input = "${key}"\n}\n`;
  const secret = `output "hidden" {\n  value     = "${PLANTED}"\n  sensitive = true\n}\n`;
  const policies = [{ name: 'careful', enforcement: 'soft-mandatory', result: 'failed' }];
  return {
    // Another one for each key, so that there is something to apply; or nothing at all.
    'main.tf': shape === 'empty apply' ? 'locals {\n  nothing = 1\n}\n' : resource + secret,
    ...(shape === 'held by a policy' && { 'local-tfe.json': JSON.stringify({ policies }) }),
  };
}

function optionsOf(shape: Shape): Wanted['more'] {
  switch (shape) {
    case 'plain':
    case 'held by a policy':
      return {};
    case 'two approvers':
      return { approval: { approvers: 2, requester: 'may-not-approve' } };
    case 'plan-only':
      return { run: { mode: 'plan-only' } };
    case 'destroy':
      return { run: { mode: 'destroy' } };
    case 'empty apply':
      return { run: { allowEmptyApply: true }, approval: { emptyApply: 'approved-in-advance' } };
    case 'saved plan':
      return { run: { savePlan: true } };
  }
}
