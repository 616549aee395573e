import type { PlannedChange, RunView, UnlistedChanges } from '@runwright/client/contract';
import { countedByKind, destroys, destructiveFirst, summedUp } from './planned-changes.ts';

type PlanInView = Pick<RunView, 'key' | 'plan' | 'plannedChanges' | 'unlistedChanges'>;

/** The part of a plan that people see: some changes by name, destructive ones first, and the rest counted. */
export interface ChangeList {
  listed: PlannedChange[];
  rest: UnlistedChanges[];
}

/** Calls `isShown` for one change after the other and stops at the first false. */
export function changeList(view: PlanInView, isShown: (change: PlannedChange) => boolean): ChangeList {
  const all = destructiveFirst(view.plannedChanges ?? []);
  const cut = all.findIndex((change) => !isShown(change));
  if (cut === -1) return { listed: all, rest: view.unlistedChanges ?? [] };
  return {
    listed: all.slice(0, cut),
    rest: summedUp([...countedByKind(all.slice(cut)), ...(view.unlistedChanges ?? [])]),
  };
}

/** How many existing resources the apply removes, replaced ones included: the larger of TFE's count and ours. */
export const destroyedBy = (view: PlanInView): number => Math.max(view.plan?.destructions ?? 0, knownToDestroy(view));

const knownToDestroy = ({ plannedChanges = [], unlistedChanges = [] }: PlanInView): number =>
  plannedChanges.filter(destroys).length + sumOf(unlistedChanges.filter(destroys));

/**
 * Says in words what the list leaves out: first, and loudly, what is destroyed. TFE may count more than its plan lists
 * to us, and the text says that too.
 */
export function restOf(view: PlanInView, { listed, rest }: ChangeList): { loud: string[]; quiet: string[] } {
  const where = `runwright show ${view.key} --all`;
  const hidden = rest.filter(destroys);
  const harmless = rest.filter((kind) => !destroys(kind));
  const unknown =
    view.plannedChanges === undefined ? 0 : destroyedBy(view) - listed.filter(destroys).length - sumOf(hidden);
  return {
    loud: [
      ...(hidden.length > 0
        ? [
            `${sumOf(hidden)} MORE ARE DESTROYED that this list has no room for: ${kindsOf(hidden)}. All of them: ${where}`,
          ]
        : []),
      ...(unknown > 0 ? [`${unknown} MORE ARE DESTROYED, says TFE, than its plan lists here: see it in TFE`] : []),
    ],
    quiet: harmless.length > 0 ? [`… and ${sumOf(harmless)} more: ${kindsOf(harmless)}. All of them: ${where}`] : [],
  };
}

const sumOf = (kinds: readonly UnlistedChanges[]): number => kinds.reduce((sum, { count }) => sum + count, 0);

const WHAT_HAPPENS: Record<PlannedChange['action'], string> = {
  delete: 'to destroy',
  replace: 'to replace',
  forget: 'to forget',
  create: 'to create',
  update: 'to change',
  read: 'to read',
  import: 'to import',
  move: 'to move',
};
const TYPES_NAMED = 5;

/** "57 to change (40 aws_instance, 17 aws_subnet), 3 to create (aws_eip)". */
function kindsOf(kinds: readonly UnlistedChanges[]): string {
  const actions = [...new Set(kinds.map(({ action }) => action))];
  return actions
    .map((action) => {
      const types = kinds.filter((kind) => kind.action === action).toSorted((one, other) => other.count - one.count);
      return `${sumOf(types)} ${WHAT_HAPPENS[action]} (${typesOf(types)})`;
    })
    .join(', ');
}

function typesOf(types: readonly UnlistedChanges[]): string {
  const [only] = types;
  if (types.length === 1 && only !== undefined) return only.type;
  const named = types.slice(0, TYPES_NAMED).map(({ type, count }) => `${count} ${type}`);
  return [...named, ...(types.length > TYPES_NAMED ? [`${sumOf(types.slice(TYPES_NAMED))} others`] : [])].join(', ');
}
