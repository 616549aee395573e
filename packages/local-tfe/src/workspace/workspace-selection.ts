import type { Call } from '../http/route.ts';
import type { Condition, Selection } from '../store/collection.ts';
import { taggedAs } from '../tag-binding/tag-binding.ts';

const CURRENT_RUN_SEQ = "(SELECT seq FROM runs WHERE id = workspaces.body->>'$.currentRunId')";

// As the documentation lists them; a workspace without a run comes last.
const SORTS: Record<string, Pick<Selection, 'order' | 'orderBy'>> = {
  name: { order: 'name' },
  '-name': { orderBy: 'name DESC' },
  'current-run.created-at': { orderBy: `${CURRENT_RUN_SEQ} ASC NULLS LAST, name` },
  '-current-run.created-at': { orderBy: `${CURRENT_RUN_SEQ} DESC NULLS LAST, name` },
};

/** The order that a list of workspaces is asked for in. */
export const sorting = ({ query }: Call): Pick<Selection, 'order' | 'orderBy'> =>
  SORTS[query.text('sort') ?? 'name'] ?? { order: 'name' };

// A tag with a value is found by its key too, as the terraform CLI expects.
const TAGGED = `EXISTS (SELECT 1 FROM json_each(body, '$.attributes.tag-names') WHERE value = ?)
  OR EXISTS (SELECT 1 FROM json_each(body, '$.tagBindings') WHERE key = ?)`;

/** Searches and filters of a list of workspaces. */
export function asked({ query }: Call): Condition[] {
  const conditions: Condition[] = [];
  const add = (sql: string, ...values: string[]): number => conditions.push({ sql, values });
  const name = query.text('search[name]');
  if (name !== undefined) add('instr(lower(name), lower(?))', name);
  const wildcard = query.text('search[wildcard-name]');
  if (wildcard !== undefined) add('name GLOB ?', wildcard.replaceAll('[', '[[]').replaceAll('?', '[?]'));
  const project = query.text('filter[project][id]');
  if (project !== undefined) add("body->>'$.projectId' = ?", project);
  const status = query.list('filter[current-run][status]');
  if (status) {
    add(
      `(SELECT status FROM runs WHERE id = workspaces.body->>'$.currentRunId') IN (${status.map(() => '?').join(', ')})`,
      ...status,
    );
  }
  conditions.push(...taggedAs(query));
  for (const tag of query.list('search[tags]') ?? []) {
    add(TAGGED, tag, tag);
  }
  for (const tag of query.list('search[exclude-tags]') ?? []) {
    add(`NOT (${TAGGED})`, tag, tag);
  }
  return conditions;
}
