// Controls, unassigned and private characters, half characters, line breaks; characters that are drawn as nothing
// (zero-width signs, fillers, signs that turn the direction of the text); blanks that are no space. A newer Unicode
// assigns more characters, so a newer Node may judge only names with those differently.
const NOT_SEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

/**
 * What is wrong with the name of a person, or undefined. A name is shown to those who decide and kept in TFE's record,
 * so two names that look the same must be the same. Total and pure.
 */
export function faultOfName(name: string): string | undefined {
  const found = NOT_SEEN.exec(name)?.[0];
  if (found === undefined) return undefined;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `must hold no invisible or unassigned character (U+${code})`;
}
