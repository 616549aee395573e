import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RunRequest } from './contract/run-request.ts';
import type { FieldDifference } from './errors.ts';

/**
 * The request without what may differ between two tries of it: the pauses of the workflow, and what follows from the
 * archive's content.
 */
function essenceOf({ timing: _timing, ...request }: RunRequest): Record<string, unknown> {
  const { configuration } = request;
  if (configuration.kind !== 'archive') return request;
  const { sha256, contentsSha256 = sha256 } = configuration.archive;
  return { ...request, configuration: { kind: configuration.kind, archive: { sha256: contentsSha256 } } };
}

/** The digest reveals that a key was already used for another request. The workflow's memo keeps it. */
export function digestOf(request: RunRequest): string {
  return `sha256:${createHash('sha256')
    .update(canonicalJson(essenceOf(request)))
    .digest('hex')}`;
}

/** JSON with the keys of every object in order; fields that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    isPlainObject(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

const MAX_DIFFERENCES = 10;
const MAX_VALUE_CHARACTERS = 80;

/** Where two requests differ in what matters, field by field; at most ten, values cut to 80 characters. */
export function differencesOf(before: RunRequest, after: RunRequest): FieldDifference[] {
  return differing(essenceOf(before), essenceOf(after), '').slice(0, MAX_DIFFERENCES);
}

function differing(before: unknown, after: unknown, path: string): FieldDifference[] {
  if (!isPlainObject(before) || !isPlainObject(after)) {
    if (isDeepStrictEqual(before, after)) return [];
    return [{ path: path || 'request', before: readable(before), after: readable(after) }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => differing(before[name], after[name], path === '' ? name : `${path}.${name}`));
}

function readable(value: unknown): string {
  if (value === undefined) return '(not set)';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= MAX_VALUE_CHARACTERS ? text : `${text.slice(0, MAX_VALUE_CHARACTERS)}…`;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
