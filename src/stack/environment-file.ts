import { writeFile } from 'node:fs/promises';
import type { Environment } from './child-environment.ts';

/**
 * Writes settings as a file for `source`, readable by its owner alone: a token may be in it. Settings without a value are
 * left out.
 */
export async function writeEnvironmentFile(file: string, settings: Environment): Promise<void> {
  const given = Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const lines = given.map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  await writeFile(file, lines.join(''), { mode: 0o600 });
}

/** As one word of a POSIX shell, whatever is in it. */
export const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
