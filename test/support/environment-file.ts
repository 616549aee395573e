import { readFileSync } from 'node:fs';

/** The settings of a file that is meant for `source`: lines `export NAME='value'`. */
export function readEnvironmentFile(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => /^export (\w+)='(.*)'$/.exec(line)!.slice(1, 3) as [string, string]));
}
