import { z } from 'zod';
import { RUN_STATUSES } from '../../src/run/run-statuses.ts';
import { code, table } from '../../../../scripts/reference/markdown.ts';

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

/**
 * Each field of a schema: its name, what it may be, its default, what it means. The meaning is the schema's description, or
 * stands in `meanings` where it has none; throws for a field that nobody explains, and for a meaning without its field.
 */
export function fields(schema: z.ZodType, meanings: Readonly<Record<string, string>> = {}): string {
  const rows = fieldsOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, '');
  const known = new Set(rows.map(({ name }) => name));
  const stray = Object.keys(meanings).find((name) => !known.has(name));
  if (stray !== undefined) throw new Error(`${stray} is explained, but there is no such field`);
  return table(
    ['field', 'value', 'default', 'meaning'],
    rows.map(({ name, value, byDefault, meaning = meanings[name] }) => {
      if (meaning === undefined) throw new Error(`the field ${name} is not explained`);
      return [code(name), value, byDefault, meaning];
    }),
  );
}

interface Field {
  readonly name: string;
  readonly value: string;
  readonly byDefault: string;
  readonly meaning: string | undefined;
}

function fieldsOf(schema: JsonSchema, prefix: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const field: Field = {
      name,
      value: valueOf(property),
      byDefault: schema.required?.includes(key) ? 'required' : defaultOf(property),
      meaning: property.description,
    };
    const inner = property.items?.properties === undefined ? property : property.items;
    const below = property.items?.properties === undefined ? `${name}.` : `${name}[].`;
    return [field, ...fieldsOf(inner, below)];
  });
}

function valueOf({ type, const: only, enum: words, anyOf, properties, items }: JsonSchema): string {
  if (only !== undefined) return code(String(only));
  if (words?.length === RUN_STATUSES.length) return 'a status of a run';
  if (words !== undefined) return words.map((word) => code(String(word))).join(', ');
  if (anyOf !== undefined) return anyOf.map(valueOf).join(' or ');
  if (items !== undefined) return `list of ${items.properties === undefined ? valueOf(items) : 'objects'}`;
  return properties === undefined ? (type ?? 'any') : 'object';
}

const defaultOf = (property: JsonSchema): string =>
  property.default === undefined ? '' : code(JSON.stringify(property.default));
