const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
// Signs that reverse the direction of the text after them, so that people would read the end of a line first.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const PLAIN_NAME = /^[\p{L}\p{M}\p{N} ._@+'’-]+$/u;

/** A person's text inside a line of ours: on one line, and no quote in it can forge the end. */
export const quotedText = (text: string): string =>
  `"${text.replaceAll(DIRECTION, '').replaceAll(BREAKS, ' ').replaceAll('"', "'").trim()}"`;

/** A name inside a line of ours: quoted if it could be read as two names, or as our own words. */
export const nameInLine = (name: string): string => (PLAIN_NAME.test(name) ? name : quotedText(name));
