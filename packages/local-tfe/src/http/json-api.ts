import { z } from 'zod';
import { badRequest, Refusal } from './answer.ts';
import type { ErrorObject } from './answer.ts';
import { wordsFor } from './words.ts';

export interface ResourceLink {
  type: string;
  id: string;
}

export interface Relationship {
  data?: ResourceLink | ResourceLink[] | null;
  links?: Record<string, string>;
  meta?: Record<string, unknown>;
}

export interface Resource extends ResourceLink {
  attributes: Record<string, unknown>;
  relationships?: Record<string, Relationship>;
  links?: Record<string, string>;
}

export interface Document {
  data: Resource | Resource[] | null;
  included?: Resource[];
  meta?: Record<string, unknown>;
  links?: Record<string, string | null>;
}

export const linkTo = (type: string, id: string | null | undefined): Relationship => ({
  data: id ? { type, id } : null,
});
export const linkToAll = (type: string, ids: readonly string[]): Relationship => ({
  data: ids.map((id) => ({ type, id })),
});

const Envelope = z.object({
  data: z.object({
    type: z.string().optional(),
    id: z.string().optional(),
    attributes: z.record(z.string(), z.unknown()).nullish(),
    relationships: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/** Reads a JSON:API request: unknown attributes are ignored, as TFE does; wrong ones are a 422 that points at them. */
export function readResource<A extends z.ZodType, R extends z.ZodType = z.ZodType<Record<string, unknown>>>(
  body: unknown,
  shape: { type: string; attributes: A; relationships?: R },
): { attributes: z.infer<A>; relationships: z.infer<R> } {
  const envelope = Envelope.safeParse(body);
  if (!envelope.success) throw badRequest('The request body must be a JSON:API document with a data object.');
  const { data } = envelope.data;
  const problems: ErrorObject[] = [];
  if (data.type !== undefined && !acceptedType(data.type, shape.type)) {
    problems.push(problem(`Invalid type, must be ${shape.type}`, '/data/type'));
  }
  const words = { error: wordsFor };
  const attributes = shape.attributes.safeParse(data.attributes ?? {}, words);
  const relations = shape.relationships ?? z.record(z.string(), z.unknown());
  const relationships = relations.safeParse(data.relationships ?? {}, words);
  for (const [part, parsed] of [
    ['attributes', attributes],
    ['relationships', relationships],
  ] as const) {
    for (const issue of parsed.error?.issues ?? []) {
      const path = issue.path.map(String);
      problems.push(problem(`${humanize(path)} ${issue.message}`.trim(), `/data/${[part, ...path].join('/')}`));
    }
  }
  if (problems.length > 0) throw new Refusal(422, problems);
  return { attributes: attributes.data as z.infer<A>, relationships: relationships.data as z.infer<R> };
}

const problem = (detail: string, pointer: string): ErrorObject => ({
  status: '422',
  title: 'invalid attribute',
  detail,
  source: { pointer },
});

// Clients write the type in the singular here and there (docs of the notification API).
const acceptedType = (given: string, wanted: string): boolean => given === wanted || `${given}s` === wanted;

const humanize = (path: readonly string[]): string => {
  const words = path
    .filter((part) => part !== 'data')
    .join(' ')
    .replaceAll('-', ' ');
  return words === '' ? '' : words[0]?.toUpperCase() + words.slice(1);
};

/** A required relationship to one resource. */
export const relationTo = (type: string) =>
  z.object({ data: z.object({ type: z.literal(type).optional(), id: z.string().min(1) }) });
export const optionalRelationTo = (type: string) =>
  z.object({ data: z.object({ type: z.literal(type).optional(), id: z.string().min(1) }).nullish() }).nullish();

/** Reads the optional plain JSON of an action: `{"comment":"..."}`; nothing at all is fine. */
export function readPlain<T extends z.ZodType>(body: unknown, shape: T): z.infer<T> {
  const parsed = shape.safeParse(body ?? {});
  if (!parsed.success) throw badRequest('The request body is not what this action takes.');
  return parsed.data;
}
