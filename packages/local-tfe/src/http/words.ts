import type { z } from 'zod';

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What is wrong with a value, in the words of TFE, where the schema has none of its own. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  const isBlank = issue.input === undefined || issue.input === null;
  if (issue.code === 'invalid_type') {
    return isBlank ? "can't be blank" : `must be ${KINDS[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') {
    return isBlank ? "can't be blank" : `must be one of ${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'too_big' && issue.origin === 'string')
    return `is too long (maximum is ${issue.maximum} characters)`;
  if (issue.code === 'too_small' && issue.origin === 'string') return "can't be blank";
  if (issue.code === 'invalid_format') return 'is invalid';
  return undefined;
}
