/*
 * A pattern of .terraformignore against a path, in one pass: after each character stands the set of places in the pattern that
 * can be reached. A regular expression goes back and tries again, which takes for ever with many stars and deep paths.
 */

/** Whether the whole of a path fits. */
export type Matches = (path: string) => boolean;

type Part =
  /** One character that fits. */
  | { kind: 'one'; fits: (character: string) => boolean }
  /** Any number of characters, without `/` for a `*`. */
  | { kind: 'many'; fits: (character: string) => boolean }
  /** Nothing, or directories up to a `/`. */
  | { kind: 'directories' };

const TOKEN =
  /(?<any>(?:\*\*\/?)+)|(?<star>\*)|(?<one>\?)|\\(?<escaped>.)|(?<set>\[\^?\]?[^\]/]*\])|(?<open>\[)|(?<plain>.)/gsu;

/** Undefined where the text is no pattern. `**` stands for directories, at the end for everything below. */
export function parsePattern(pattern: string): Matches | undefined {
  const parts: Part[] = [];
  let literal = '';
  let longest = '';
  for (const { groups = {}, index, 0: token } of pattern.matchAll(TOKEN)) {
    const character = groups['escaped'] ?? groups['plain'];
    literal = character === undefined ? '' : literal + character;
    if (literal.length > longest.length) longest = literal;
    const part = partOf(groups, index + token.length === pattern.length ? 'last' : 'inner');
    if (part === undefined) return undefined;
    parts.push(part);
  }
  // The path must contain the pattern's longest literal text. This alone settles most rules.
  return (path) => path.includes(longest) && fitsWhole(parts, path);
}

function partOf(groups: Record<string, string | undefined>, place: 'last' | 'inner'): Part | undefined {
  if (groups['open'] !== undefined) return undefined;
  if (groups['any'] !== undefined)
    return place === 'last' ? { kind: 'many', fits: () => true } : { kind: 'directories' };
  if (groups['star'] !== undefined) return { kind: 'many', fits: isNoSlash };
  if (groups['one'] !== undefined) return { kind: 'one', fits: isNoSlash };
  const { set } = groups;
  if (set !== undefined) return setPart(set);
  const wanted = groups['escaped'] ?? groups['plain'];
  return { kind: 'one', fits: (character) => character === wanted };
}

const isNoSlash = (character: string): boolean => character !== '/';

/** `[a-z]` and `[^a-z]`; brackets and operators of the regular expression are taken literally. */
function setPart(set: string): Part | undefined {
  const negated = set.startsWith('[^');
  const inner = set.slice(negated ? 2 : 1, -1).replace(/[\\[\]^]/gu, '\\$&');
  try {
    const one = new RegExp(`^[${negated ? '^/' : ''}${inner}]$`, 'su');
    return { kind: 'one', fits: (character) => one.test(character) };
  } catch {
    return undefined; // e.g. the range [z-a]
  }
}

function fitsWhole(parts: readonly Part[], path: string): boolean {
  let reached = new Set<number>();
  enter(parts, 0, reached);
  for (const character of path) {
    const next = new Set<number>();
    for (const at of reached) step(parts, at, character, next);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(parts.length);
}

/**
 * Enters a part, and also the part after it if this one may match nothing. At most two such parts stand side by side.
 */
function enter(parts: readonly Part[], at: number, reached: Set<number>): void {
  reached.add(at);
  const kind = parts[at]?.kind;
  if (kind === 'many' || kind === 'directories') enter(parts, at + 1, reached);
}

function step(parts: readonly Part[], at: number, character: string, next: Set<number>): void {
  const part = parts[at];
  switch (part?.kind) {
    case undefined: // the pattern has ended, the path has not
      return;
    case 'one':
      if (part.fits(character)) enter(parts, at + 1, next);
      return;
    case 'many':
      if (part.fits(character)) enter(parts, at, next);
      return;
    case 'directories':
      next.add(at); // only after a slash: nothing else has just been entered
      if (character === '/') enter(parts, at + 1, next);
  }
}
