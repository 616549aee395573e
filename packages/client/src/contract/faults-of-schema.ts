import type { z } from 'zod';

/**
 * What is wrong, with the bound and the actual number. Only numbers, lengths and counts appear, because text may be a
 * secret. Needs issues of a parse that reports its input.
 */
export function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return outOfBounds(issue, atLeast(issue));
  if (issue.code === 'too_big') return outOfBounds(issue, `at most ${issue.maximum}`);
  if (issue.code === 'invalid_type' && issue.expected === 'int' && typeof issue.input === 'number') {
    return `is ${issue.input}, it must be a whole number`;
  }
  return issue.message;
}

function outOfBounds({ input, message }: z.core.$ZodIssue, bound: string): string {
  if (typeof input === 'number') return `is ${input}, it must be ${bound}`;
  if (typeof input === 'string') return `has ${input.length} characters, it must have ${bound}`;
  if (Array.isArray(input)) return `has ${input.length} entries, it must have ${bound}`;
  return message;
}

const atLeast = ({ minimum, inclusive }: z.core.$ZodIssueTooSmall): string =>
  inclusive === false ? `more than ${minimum}` : `at least ${minimum}`;
