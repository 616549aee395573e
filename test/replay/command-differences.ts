import type { Command } from './recorded-commands.ts';

/** One line for each fact of a recorded command that the code would issue differently, and for each one missing. */
export function differencesOf(recorded: readonly Command[], issued: readonly Command[]): string[] {
  const lines: string[] = [];
  for (let index = 0; index < Math.max(recorded.length, issued.length); index += 1) {
    const before = recorded[index];
    const after = issued[index];
    if (before === undefined) lines.push(`${nameOf(after!)}: was not recorded`);
    else if (after === undefined) lines.push(`${nameOf(before)}: is not issued any more`);
    else lines.push(...changesIn(before, after).map((change) => `${nameOf(before)}: ${change}`));
  }
  return lines;
}

function nameOf(command: Command): string {
  const number = 'seq' in command ? ` ${command.seq}` : '';
  return `${command.kind}${number}${'type' in command ? ` ${command.type}` : ''}`;
}

function changesIn(before: unknown, after: unknown, path: string[] = []): string[] {
  if (typeof before === 'object' && before !== null && typeof after === 'object' && after !== null) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      changesIn((before as Record<string, unknown>)[name], (after as Record<string, unknown>)[name], [...path, name]),
    );
  }
  return before === after ? [] : [`${path.join('.')} was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`];
}
