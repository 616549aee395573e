const HIDDEN = '[secret]';

/**
 * The shapes of secrets: a signed link works without a token, and a bearer token is secret in any field. Anybody may
 * send what we log, so each pattern takes a whole word at a time and never scans a character from many starting points.
 */
const SECRET_SHAPES: readonly { pattern: RegExp; isSecret: (word: string) => boolean }[] = [
  { pattern: /Bearer [^\s"\\]+/gi, isSecret: () => true },
  { pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{8,}\.atlasv1\.[A-Za-z0-9_-]+/g, isSecret: () => true },
  { pattern: /https?:\/\/[^\s"\\]+/g, isSecret: (url) => /\/object\/./.test(url) },
];

/** The text without secrets: without the known ones, and without words that look like one. */
export function redact(text: string, known: readonly string[]): string {
  const withoutKnown = known
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  return SECRET_SHAPES.reduce(
    (rest, { pattern, isSecret }) => rest.replace(pattern, (word) => (isSecret(word) ? HIDDEN : word)),
    withoutKnown,
  );
}

// Room for an error sentence with all its reasons. Anything longer was sent from outside.
const LONGEST_FIELD = 2_000;
const LONGEST_LIST = 100;

/**
 * The value as it may be logged. Secrets go first, so that none is cut in half; then the value is cut to the length of
 * a line.
 */
export function loggable<T>(value: T, known: readonly string[]): T | string | string[] {
  if (typeof value === 'string') return cut(redact(value, known));
  if (!Array.isArray(value)) return value;
  const items = (value as string[]).slice(0, LONGEST_LIST).map((item) => cut(redact(item, known)));
  return value.length > LONGEST_LIST ? [...items, `… (${value.length} items)`] : items;
}

const cut = (text: string): string =>
  text.length <= LONGEST_FIELD ? text : `${text.slice(0, LONGEST_FIELD)}… (${text.length} characters)`;
