/** Characters of a text that are kept: the beginning, and the end, where clients write what they look for. */
const KEPT_AT_EACH_END = 2_000;
const LONGEST = 2 * KEPT_AT_EACH_END + 100;

// Of one list or object; a run has a dozen attributes, a workspace some fifty.
const KEPT_ITEMS = 200;
const KEPT_LEVELS = 8;

/** The value with its long texts cut and its long lists ended: bounded, whatever was sent. */
export function cutLong(value: unknown, levels = KEPT_LEVELS): unknown {
  if (typeof value === 'string') return cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '[left out]';
  if (Array.isArray(value)) return value.slice(0, KEPT_ITEMS).map((item) => cutLong(item, levels - 1));
  const kept = Object.entries(value).slice(0, KEPT_ITEMS);
  return Object.fromEntries(kept.map(([name, inner]) => [cutText(name), cutLong(inner, levels - 1)]));
}

export function cutText(text: string): string {
  if (text.length <= LONGEST) return text;
  const left = text.length - 2 * KEPT_AT_EACH_END;
  return `${text.slice(0, KEPT_AT_EACH_END)} [${left} characters left out] ${text.slice(-KEPT_AT_EACH_END)}`;
}
