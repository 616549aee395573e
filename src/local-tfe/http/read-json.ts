import { badRequest } from './answer.ts';

// JSON:API has a dozen levels, a variable's value or a script a few more. Nothing here walks a body without a limit.
const MAX_DEPTH = 100;

/** The JSON of a request body. Throws a Refusal where it is none, or where it is nested beyond all use. */
export function readJson(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('The request body is not JSON.');
  }
  if (isDeeperThan(body, MAX_DEPTH)) throw badRequest('The request body is nested too deeply.');
  return body;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
