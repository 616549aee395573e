import type { TerraformError } from '@runwright/client/contract';

/** A plan with more errors than this has a common cause, and these ten show it. */
export const MAX_ERRORS = 10;
const MAX_WORDS = 12;
const MAX_WORD_LENGTH = 24;
const MAX_ADDRESS_LENGTH = 300;

/**
 * The errors in terraform's structured log, as far as we may keep them: the first words of each summary, and the
 * resource. Never the detail, the code, or a value: details hold what provisioners printed and what checks compared.
 * Total: text for people, a cut line or a foreign document yields nothing.
 */
export function errorSummariesOf(log: string): TerraformError[] {
  const errors = new Map<string, TerraformError>();
  for (const line of log.split('\n')) {
    const error = errorIn(line);
    if (error !== undefined) errors.set(JSON.stringify(error), error);
    if (errors.size === MAX_ERRORS) break;
  }
  return [...errors.values()];
}

function errorIn(line: string): TerraformError | undefined {
  if (!line.startsWith('{') || !line.includes('"diagnostic"')) return undefined;
  const document = parsed(line);
  const diagnostic = fieldOf(document, 'diagnostic');
  if (fieldOf(document, 'type') !== 'diagnostic' || fieldOf(diagnostic, 'severity') !== 'error') return undefined;
  const summary = fieldOf(diagnostic, 'summary');
  const address = fieldOf(diagnostic, 'address');
  if (typeof summary !== 'string') return undefined;
  return { summary: firstWords(summary), ...(isAddress(address) && { address }) };
}

/**
 * Terraform's own summaries are fixed titles. A provider's may be a whole message with names and values in it. Values
 * follow a colon, stand in quotes or brackets, or look unlike a word, so we stop at the first of those.
 */
function firstWords(summary: string): string {
  const kept: string[] = [];
  for (const word of summary.split(' ', MAX_WORDS + 1)) {
    const last = word.endsWith(':');
    const bare = word.replace(/[:,.;]$/u, '');
    if (!isPlainWord(bare) || kept.length === MAX_WORDS) return cut(kept);
    kept.push(last ? bare : word);
    if (last) return cut(kept);
  }
  return kept.join(' ');
}

const cut = (kept: readonly string[]): string => (kept.length === 0 ? 'an error' : `${kept.join(' ')} …`);

// Words of a sentence (also local-exec, provider's, can't), and abbreviations such as "EC2", which are too short for a
// secret.
const WORD = /^[A-Za-z][a-z]*(?:-[a-z]+)*(?:'[a-z]{1,2})?$/u;
const ABBREVIATION = /^[A-Z]{1,4}\d?$/u;

const isPlainWord = (word: string): boolean =>
  word !== '' && word.length <= MAX_WORD_LENGTH && (WORD.test(word) || ABBREVIATION.test(word));

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_ADDRESS_LENGTH && !/[\p{C}\p{Z}]/u.test(value);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // the first line of a tail may be cut
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
