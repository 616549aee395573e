/*
 * .terraformignore as TFE's own tools read it, which is not quite .gitignore:
 * - each path is judged by itself, the last matching rule wins: a file can be re-included below an excluded directory
 * - `name` excludes what is called so, and `name/` what is below a directory called so: without the slash the contents stay
 * - a leading `/` means the root, else a rule holds at every depth; `*` and `?` stop at `/`, `**` does not; `[a-z]` works; `\` escapes
 * - a line that is no valid rule is passed over
 */

import { parsePattern } from './ignore-pattern.ts';
import type { Matches } from './ignore-pattern.ts';

/** Whether a path stays out of the archive. Paths are relative with `/`; a directory's ends with one. */
export type IsIgnored = (path: string) => boolean;

interface Rule {
  negated: boolean;
  matches: Matches;
}

const DEFAULT_RULES = ['.git/', '.terraform/', '!.terraform/modules/'];

/** Reads the text of a .terraformignore; the default rules always stand before it. Total: every text is a rule set. */
export function parseIgnoreRules(text = ''): IsIgnored {
  const rules = [...DEFAULT_RULES, ...text.split(/\r?\n/u)].flatMap((line) => parseRule(line) ?? []);
  return (path) => {
    // macOS stores names decomposed, editors write rules composed.
    const normalized = path.normalize('NFC');
    const last = rules.findLast(({ matches }) => matches(normalized));
    return last !== undefined && !last.negated;
  };
}

function parseRule(line: string): Rule | undefined {
  const trimmed = line.trim().normalize('NFC');
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const negated = trimmed.startsWith('!');
  const pattern = negated ? trimmed.slice(1) : trimmed;
  if (pattern === '' || pattern === '/') return undefined;
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern;
  const anchored = whole.startsWith('/') ? whole.slice(1) : `**/${whole}`;
  const matches = parsePattern(anchored);
  return matches && { negated, matches };
}
