/**
 * Text that a terminal shows and does not obey, and that people read as it is. Made here alone: names, messages, comments,
 * addresses, outputs, logs and errors come from outside, and whatever writes to a terminal takes nothing else.
 */
export type Printable = string & { readonly [made]: 'here' };
declare const made: unique symbol;

// C0 and C1 controls, what turns the direction of reading or is not seen, line separators, halves of characters. The
// selectors of emoji are ignorable by themselves, and part of names.
const OBEYED_OR_UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?![\uFE0E\uFE0F])\p{Default_Ignorable_Code_Point}/gu;

const escaped = (text: string): string => text.replaceAll(OBEYED_OR_UNSEEN, spelledOut);

const spelledOut = (found: string): string =>
  found
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** On one line: a line break is a blank, everything else is spelled out as `\u001b`. The same again stays the same. */
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
// Terraform's own: bold, underlined, dark grey and the colors. Not what hides (8), and neither black, white nor
// backgrounds, which hide as well.
const STYLE = '(?:0|1|4|22|24|3[1-69]|9[0-6])';
const SHOWN_STYLE = new RegExp(`(${ESCAPE}\\[(?:${STYLE}(?:;${STYLE})*)?m)`);

/** A line of a log, with terraform's colors and tabs and nothing else of what a terminal obeys. */
export function printableLogLine(line: string): Printable {
  const parts = line.replace(/\r$/, '').split(SHOWN_STYLE);
  const text = parts.map((part, index) => (index % 2 === 1 ? part : printableText(part))).join('');
  return (parts.length === 1 || text.endsWith(RESET) ? text : `${text}${RESET}`) as Printable;
}
