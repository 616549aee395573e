/** A name for a message: control characters, which a terminal would obey, are spelled out. */
export const printable = (name: string): string =>
  name.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
