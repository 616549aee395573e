const HIDDEN = '[secret]';

/**
 * Whoever holds a signed link needs no token, and a bearer token is one whatever field it stands in. Each pattern takes a whole
 * word at a time, so that the same character is never looked at from many beginnings: what is logged is anybody's to send.
 */
const SECRET_SHAPES: readonly { pattern: RegExp; isSecret: (word: string) => boolean }[] = [
  { pattern: /Bearer [^\s"\\]+/gi, isSecret: () => true },
  { pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{8,}\.atlasv1\.[A-Za-z0-9_-]+/g, isSecret: () => true },
  { pattern: /https?:\/\/[^\s"\\]+/g, isSecret: (url) => /\/object\/./.test(url) },
];

/** The text without secrets: those that are known, as they stand in it, and what has the shape of one. */
export function redact(text: string, known: readonly string[]): string {
  const withoutKnown = known
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  return SECRET_SHAPES.reduce(
    (rest, { pattern, isSecret }) => rest.replace(pattern, (word) => (isSecret(word) ? HIDDEN : word)),
    withoutKnown,
  );
}

// A sentence of an error with all its reasons; what is longer was sent by somebody.
const LONGEST_FIELD = 2_000;
const LONGEST_LIST = 100;

/** The value as it is logged: without secrets first, so that none is cut in half, and then not longer than a line can be. */
export function loggable<T>(value: T, known: readonly string[]): T | string | string[] {
  if (typeof value === 'string') return cut(redact(value, known));
  if (!Array.isArray(value)) return value;
  const items = (value as string[]).slice(0, LONGEST_LIST).map((item) => cut(redact(item, known)));
  return value.length > LONGEST_LIST ? [...items, `… (${value.length} items)`] : items;
}

const cut = (text: string): string =>
  text.length <= LONGEST_FIELD ? text : `${text.slice(0, LONGEST_FIELD)}… (${text.length} characters)`;
