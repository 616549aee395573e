import { z } from 'zod';
import type { Resource } from '../http/json-api.ts';
import type { WorkspaceRecord } from '../store/records.ts';

export const TagBinding = z.object({
  attributes: z.object({ key: z.string().min(1).max(128), value: z.string().max(256).nullish() }),
});

export const bindingsFrom = (bindings: readonly z.infer<typeof TagBinding>[]): Record<string, string> =>
  Object.fromEntries(bindings.map(({ attributes }) => [attributes.key, attributes.value ?? '']));

export const presentTagBindings = (
  { id, tagBindings }: WorkspaceRecord,
  type: 'tag-bindings' | 'effective-tag-bindings',
): Resource[] =>
  Object.entries(tagBindings).map(([key, value]) => ({ id: `tb-${id}-${key}`, type, attributes: { key, value } }));
