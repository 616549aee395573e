import { parseRunRequest } from '@runwright/client/contract/schema';
import { code, table } from './markdown.ts';

/** The smallest request there is: everything else that stands in the accepted one is a default. */
const SMALLEST = { key: 'k', organization: 'o', workspace: 'w', requestedBy: 'r' };

/** Field and default of everything that a caller may leave out, as the schema fills it in. */
export function describeDefaults(): string {
  const parsed = parseRunRequest(SMALLEST);
  if (parsed.kind === 'refused') throw new Error(parsed.faults.join('; '));
  const fields = leaves(parsed.request).filter(([path]) => !(path in SMALLEST));
  return table(
    ['field', 'default'],
    fields.map(([path, value]) => [
      code(path),
      path.endsWith('Ms') ? duration(Number(value)) : code(JSON.stringify(value)),
    ]),
  );
}

function leaves(value: object, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): [string, unknown][] =>
    typeof inner === 'object' && inner !== null ? leaves(inner, `${prefix}${name}.`) : [[`${prefix}${name}`, inner]],
  );
}

function duration(ms: number): string {
  const units = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const;
  const [unitMs, unit] = units.find(([size]) => ms % size === 0) ?? [1, 'ms'];
  return `${code(`${ms}`)} (${ms / unitMs} ${unit})`;
}
