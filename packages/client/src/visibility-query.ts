/** A value as Temporal's list filters take it; see `canBeQuoted`. */
export const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Whether a filter can find the value: values with quotes, backslashes or control characters never match. */
export const canBeQuoted = (value: string): boolean => /^[^'"\\\p{Cc}]*$/u.test(value);
