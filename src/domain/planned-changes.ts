import type { PlannedChange } from '../contract/outcome.ts';

/** A plan of thousands of resources is counted, not listed: this many lines are read by nobody. */
export const MAX_PLANNED_CHANGES = 100;

/** The resource changes of a terraform plan JSON: addresses and actions. Total: whatever it cannot read is left out. */
export function plannedChangesOf(plan: unknown): PlannedChange[] {
  const listed = fieldOf(plan, 'resource_changes');
  if (!Array.isArray(listed)) return [];
  return listed
    .flatMap((each): PlannedChange[] => {
      const address = fieldOf(each, 'address');
      const action = actionOf(each);
      return typeof address === 'string' && action !== undefined ? [{ address: address.slice(0, 300), action }] : [];
    })
    .slice(0, MAX_PLANNED_CHANGES);
}

function actionOf(change: unknown): PlannedChange['action'] | undefined {
  const body = fieldOf(change, 'change');
  const actions = fieldOf(body, 'actions');
  if (!Array.isArray(actions)) return undefined;
  switch (actions.join()) {
    case 'no-op':
      if (fieldOf(body, 'importing')) return 'import';
      return typeof fieldOf(change, 'previous_address') === 'string' ? 'move' : undefined;
    case 'create':
    case 'update':
    case 'delete':
    case 'read':
    case 'forget':
      return actions[0] as PlannedChange['action'];
    case 'create,delete':
    case 'delete,create':
      return 'replace';
    default:
      return undefined;
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
