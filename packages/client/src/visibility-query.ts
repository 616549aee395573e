/** A value as Temporal's list filters take it; see `canBeQuoted`. */
export const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Whether a filter finds the value: quotes, backslashes and control characters are not matched as they are stored. */
export const canBeQuoted = (value: string): boolean => /^[^'"\\\p{Cc}]*$/u.test(value);
