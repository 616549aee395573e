/** "1 approval", "2 approvals": a number with its noun, for people. A noun that takes no s says its plural. */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
