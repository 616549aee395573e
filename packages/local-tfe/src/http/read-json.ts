import { badRequest } from './answer.ts';

// JSON:API has a dozen levels, a variable's value or a script a few more. Nothing here walks a body without a limit.
const MAX_DEPTH = 100;

/** The JSON of a request body. Throws a Refusal where it is none, is nested beyond all use, or holds what nobody can keep. */
export function readJson(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('The request body is not JSON.');
  }
  if (isDeeperThan(body, MAX_DEPTH)) throw badRequest('The request body is nested too deeply.');
  if (holdsNull(body)) throw badRequest('The request body holds a null character.');
  return body;
}

// TFE's database takes no null character, and no process takes one in its arguments or environment.
function holdsNull(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => name.includes('\0') || holdsNull(inner));
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
