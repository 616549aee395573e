const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
// Signs that turn the direction of what follows: the end of the line would be read as its beginning.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const PLAIN_NAME = /^[\p{L}\p{M}\p{N} ._@+'’-]+$/u;

/** Text of a person within a line of ours: one line, and its end cannot be forged by a quote. */
export const quotedText = (text: string): string =>
  `"${text.replaceAll(DIRECTION, '').replaceAll(BREAKS, ' ').replaceAll('"', "'").trim()}"`;

/** A name within a line of ours: one that could be read as two, or as ours, is quoted. */
export const nameInLine = (name: string): string => (PLAIN_NAME.test(name) ? name : quotedText(name));
