import { z } from 'zod';
import type { Resource } from '../http/json-api.ts';
import type { Query } from '../http/query.ts';
import type { Store } from '../store/store.ts';
import type { Condition } from '../store/collection.ts';
import type { ProjectRecord } from '../project/project-record.ts';
import type { WorkspaceRecord } from '../workspace/workspace-record.ts';

export interface TagBindingDocumentDeps {
  store: Store;
}

export const TagBinding = z.object({
  attributes: z.object({ key: z.string().min(1).max(128), value: z.string().max(256).nullish() }),
});

/** The relation by which tags come with a new workspace or project; it replaces those of one that is there. */
export const TagBindings = z.object({ data: z.array(TagBinding) }).nullish();

type Bindings = Readonly<Record<string, string>>;

export const bindingsFrom = (bindings: readonly z.infer<typeof TagBinding>[]): Record<string, string> =>
  Object.fromEntries(bindings.map(({ attributes }) => [attributes.key, attributes.value ?? '']));

export const presentTagBindings = (
  { id, tagBindings = {} }: { id: string; tagBindings?: Bindings },
  type: 'tag-bindings' | 'effective-tag-bindings',
): Resource[] =>
  Object.entries(tagBindings).map(([key, value]) => ({ id: `tb-${id}-${key}`, type, attributes: { key, value } }));

/** The workspace's tags with values, and those of its project under keys of which it has none itself. */
export function presentEffectiveTagBindings(workspace: WorkspaceRecord, deps: TagBindingDocumentDeps): Resource[] {
  const project = deps.store.projects.require(workspace.projectId);
  const own = new Set(Object.keys(workspace.tagBindings));
  const inherited = presentTagBindings(project, 'effective-tag-bindings').filter(
    ({ attributes }) => !own.has(String(attributes['key'])),
  );
  return [
    ...presentTagBindings(workspace, 'effective-tag-bindings'),
    ...inherited.map((binding) => ({ ...binding, ...inheritedFrom(project) })),
  ];
}

// The documentation tells it by a link, HashiCorp's OpenAPI description by a relation: clients look at either.
const inheritedFrom = ({ id }: ProjectRecord): Pick<Resource, 'links' | 'relationships'> => ({
  relationships: { 'inherited-from': { data: { type: 'projects', id } } },
  links: { 'inherited-from': `/api/v2/projects/${id}` },
});

/** `filter[tagged][0][key]` and `[value]`, and so on: all of them. */
export function taggedAs(query: Query): Condition[] {
  const conditions: Condition[] = [];
  for (let n = 0; query.text(`filter[tagged][${n}][key]`) !== undefined; n += 1) {
    const [key = '', value] = [query.text(`filter[tagged][${n}][key]`), query.text(`filter[tagged][${n}][value]`)];
    const valued = value === undefined ? { sql: '', values: [] } : { sql: ' AND value = ?', values: [value] };
    conditions.push({
      sql: `EXISTS (SELECT 1 FROM json_each(body, '$.tagBindings') WHERE key = ?${valued.sql})`,
      values: [key, ...valued.values],
    });
  }
  return conditions;
}
