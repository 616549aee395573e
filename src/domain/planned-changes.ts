import type { PlannedChange, UnlistedChanges } from '@runwright/client/contract';

/** The changes of a plan. Destructive ones come first and are the last to be left out. */
export interface PlannedChanges {
  listed: PlannedChange[];
  /** All other changes, counted. List and counts together are the whole plan. */
  unlisted: UnlistedChanges[];
}

/** We list no more harmless changes than this: nobody reads thousands, so the rest is counted. */
export const MAX_HARMLESS_LISTED = 100;
// The list crosses history with a look and with every continue-as-new, and Temporal refuses a payload of 2 MB. A
// thousand deletions fit.
const LISTED_MAX_BYTES = 100_000;
const ADDRESS_MAX_CHARACTERS = 300;
// A provider has few resource types. A plan with more than this is summed up.
const MAX_KINDS = 40;
export const OTHER_TYPES = 'resources of other types';

/** The resource changes of a terraform plan JSON, as far as they cross history: addresses and actions, never a value. */
export function plannedChangesOf(plan: unknown): PlannedChanges {
  const changes = allChangesOf(plan);
  let bytes = 0;
  let harmless = 0;
  const isListed = (change: PlannedChange): boolean => {
    bytes += utf8Bytes(JSON.stringify(short(change))) + 1; // and its comma
    return bytes <= LISTED_MAX_BYTES && (destroys(change) || ++harmless <= MAX_HARMLESS_LISTED);
  };
  const cut = changes.findIndex((change) => !isListed(change));
  if (cut === -1) return { listed: changes.map(short), unlisted: [] };
  return { listed: changes.slice(0, cut).map(short), unlisted: countedByKind(changes.slice(cut)) };
}

/**
 * Every resource change of a terraform plan JSON, destructive ones first. Total: leaves out whatever it cannot read.
 */
export function allChangesOf(plan: unknown): PlannedChange[] {
  const listed = fieldOf(plan, 'resource_changes');
  if (!Array.isArray(listed)) return [];
  return destructiveFirst(
    listed.flatMap((each): PlannedChange[] => {
      const address = fieldOf(each, 'address');
      const action = actionOf(each);
      return typeof address === 'string' && action !== undefined ? [{ address, action }] : [];
    }),
  );
}

/** Whether the existing resource is gone afterwards, even if a new one replaces it. */
export const destroys = ({ action }: Pick<PlannedChange, 'action'>): boolean =>
  action === 'delete' || action === 'replace';

// A forgotten resource still exists afterwards, but nothing manages it any more.
const RANKS: readonly PlannedChange['action'][] = ['delete', 'replace', 'forget'];
const rankOf = ({ action }: Pick<PlannedChange, 'action'>): number =>
  RANKS.includes(action) ? RANKS.indexOf(action) : RANKS.length;

/** Deletions, then replacements, then forgotten resources; the rest in terraform's order. */
export const destructiveFirst = <Change extends Pick<PlannedChange, 'action'>>(changes: readonly Change[]): Change[] =>
  changes.toSorted((one, other) => rankOf(one) - rankOf(other));

/** Counts per action and resource type, destructive ones first. */
export function countedByKind(changes: readonly PlannedChange[]): UnlistedChanges[] {
  return summedUp(changes.map(({ action, address }) => ({ action, type: typeOf(address), count: 1 })));
}

/** The same counts in few entries: merges them until they fit the allowed number. */
export function summedUp(counts: readonly UnlistedChanges[]): UnlistedChanges[] {
  const kinds = mergedByKind(counts).toSorted((one, other) => rankOf(one) - rankOf(other) || other.count - one.count);
  if (kinds.length <= MAX_KINDS) return kinds;
  const rest = kinds.slice(MAX_KINDS).map((kind) => ({ ...kind, type: OTHER_TYPES }));
  return [...kinds.slice(0, MAX_KINDS), ...mergedByKind(rest)];
}

function mergedByKind(counts: readonly UnlistedChanges[]): UnlistedChanges[] {
  const kinds = new Map<string, UnlistedChanges>();
  for (const { action, type, count } of counts) {
    const kind = kinds.get(`${action} ${type}`) ?? { action, type, count: 0 };
    kinds.set(`${action} ${type}`, { ...kind, count: kind.count + count });
  }
  return [...kinds.values()];
}

/** `aws_instance` of `module.web["a.b"].aws_instance.node[0]`. */
function typeOf(address: string): string {
  const parts = address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '').split('.');
  let at = 0;
  while (parts[at] === 'module') at += 2;
  const type = parts[parts[at] === 'data' ? at + 1 : at];
  return type !== undefined && /^[\w-]{1,80}$/.test(type) ? type : 'resource';
}

/** Keeps both ends: the beginning says where the resource is, the end which one it is. */
function short({ address, action }: PlannedChange): PlannedChange {
  if (address.length <= ADDRESS_MAX_CHARACTERS) return { address, action };
  const half = ADDRESS_MAX_CHARACTERS / 2;
  return { address: `${address.slice(0, half)}…${address.slice(1 - half)}`.toWellFormed(), action };
}

function actionOf(change: unknown): PlannedChange['action'] | undefined {
  const body = fieldOf(change, 'change');
  const actions = fieldOf(body, 'actions');
  if (!Array.isArray(actions) || actions.length === 0) return undefined;
  if (actions.length > 1) return 'replace'; // delete and create, or forget and create, in either order
  switch (actions[0]) {
    case 'no-op':
      if (fieldOf(body, 'importing')) return 'import';
      return typeof fieldOf(change, 'previous_address') === 'string' ? 'move' : undefined;
    case 'create':
    case 'update':
    case 'delete':
    case 'read':
    case 'forget':
      return actions[0];
    default:
      return 'update'; // a newer terraform's own word: it is shown rather than passed over
  }
}

const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
