/**
 * Text that a terminal shows and does not obey, and that people read as it is. Only this file makes it. Names,
 * messages, comments, addresses, outputs, logs and errors come from outside, so all code that writes to a terminal
 * takes only this type.
 */
export type Printable = string & { readonly [made]: 'here' };
declare const made: unique symbol;

// C0 and C1 controls, invisible characters and those that reverse the reading direction, line separators, half
// characters. The selectors of emoji are ignorable too, but are part of names.
const OBEYED_OR_UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?![\uFE0E\uFE0F])\p{Default_Ignorable_Code_Point}/gu;

const escaped = (text: string): string => text.replaceAll(OBEYED_OR_UNSEEN, spelledOut);

const spelledOut = (found: string): string =>
  found
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/**
 * On one line: line breaks become blanks, and control characters are spelled out as `\u001b`. Applying it twice changes
 * nothing.
 */
export const printable = (text: string): Printable => escaped(text.replaceAll(/\r?\n|\t/g, ' ')) as Printable;

/** Line breaks and tabs are kept. */
export const printableText = (text: string): Printable =>
  text
    .split('\n')
    .map((line) => line.split('\t').map(escaped).join('\t'))
    .join('\n') as Printable;

/** JSON on one line that reads back as the same value. */
export const printableJson = (value: unknown): Printable => escaped(JSON.stringify(value ?? null)) as Printable;

const ESCAPE = '\u001B';
const RESET = `${ESCAPE}[0m`;
// Terraform's own styles: bold, underlined, dark grey and the colors. Not "hidden" (8), nor black, white or
// backgrounds, which hide text as well.
const STYLE = '(?:0|1|4|22|24|3[1-69]|9[0-6])';
const SHOWN_STYLE = new RegExp(`(${ESCAPE}\\[(?:${STYLE}(?:;${STYLE})*)?m)`);

/** A line of a log with terraform's colors and tabs, and without anything else that a terminal obeys. */
export function printableLogLine(line: string): Printable {
  const parts = line.replace(/\r$/, '').split(SHOWN_STYLE);
  const text = parts.map((part, index) => (index % 2 === 1 ? part : printableText(part))).join('');
  return (parts.length === 1 || text.endsWith(RESET) ? text : `${text}${RESET}`) as Printable;
}
