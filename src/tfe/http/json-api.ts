import { z } from 'zod';

/*
 * Schemas for servers that leave out, null or retype what they please: only ids and statuses are demanded, everything else is `undefined`
 * where it is missing or of another type. New attributes pass unread.
 */

const maybe = <Schema extends z.ZodType>(schema: Schema) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .catch(undefined);

export const maybeText = maybe(z.string());
export const maybeNumber = maybe(z.number());
export const maybeFlag = maybe(z.boolean());
/** `<status>-at` to ISO 8601. Leaves out null, which some servers send for "not yet". */
export const timestamps = z
  .record(z.string(), z.unknown())
  .nullish()
  .catch(undefined)
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  );

/** An object whose fields are all optional by their own schemas. A missing, null or foreign value reads as empty. */
export const maybeObject = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const schema = z.object(shape);
  return schema.catch(() => schema.parse({}));
};

const identifier = z.object({ id: z.string().min(1), type: maybeText });

/** A to-one relation: its id, or undefined if the server names none or only links to it. */
export const relatedId = z
  .object({ data: identifier })
  .transform(({ data }) => data.id)
  .optional()
  .catch(undefined);

/** A to-one relation to one of several types. */
export const related = z
  .object({ data: identifier })
  .transform(({ data }) => data)
  .optional()
  .catch(undefined);

/** A to-many relation: its ids, or undefined where the server does not list them (it may have some nevertheless). */
export const relatedIds = z
  .object({ data: z.array(identifier) })
  .transform(({ data }) => data.map(({ id }) => id))
  .optional()
  .catch(undefined);

export const resourceId = z.string().min(1);

/** Documents sent along because of `include=`; foreign ones are skipped. */
export const included = z
  .array(z.unknown())
  .nullish()
  .catch(undefined)
  .transform((all) =>
    (all ?? []).flatMap((each) => {
      const parsed = z
        .object({
          id: resourceId,
          type: z.string(),
          attributes: z.record(z.string(), z.unknown()).catch({}),
          relationships: z.record(z.string(), z.unknown()).catch({}),
        })
        .safeParse(each);
      return parsed.success ? [parsed.data] : [];
    }),
  );
export type Included = z.output<typeof included>;

/** One page of a list. The 2017 API has no pages, so its lists have neither number. */
export interface Page<Item> {
  items: Item[];
  nextPage?: number;
  totalCount?: number;
}

const pagination = z
  .object({ pagination: z.object({ 'next-page': maybeNumber, 'total-count': maybeNumber }) })
  .transform((meta) => meta.pagination)
  .optional()
  .catch(undefined);

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), meta: pagination }).transform(({ data, meta }): Page<z.output<Item>> => ({
    items: data,
    ...defined({ nextPage: meta?.['next-page'], totalCount: meta?.['total-count'] }),
  }));

export const single = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: item }).transform((document): z.output<Item> => (document as { data: z.output<Item> }).data);

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same object without its undefined fields: what is unknown is absent. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
