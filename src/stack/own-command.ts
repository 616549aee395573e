import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path';
import { projectFile } from './own-files.ts';

/** The terminal in which a person types the command. */
export interface Terminal {
  readonly directory: string;
  /** The variable PATH. */
  readonly path: string | undefined;
}

/** How to call this very program there: by its name if the PATH has it, else through npx, else by its file. */
export function ownCommand({ directory, path = '' }: Terminal): string {
  // npx and npm run put these first for their own child only: the next terminal does not have them.
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.endsWith(join(sep, 'node_modules', '.bin')));
  if (folders.some((folder) => isThisProgram(join(folder, 'runwright')))) return 'runwright';
  if (isFoundByNpx(directory)) return 'npx runwright';
  const fromHere = relative(directory, PROGRAM);
  return `node ${quoted(fromHere.startsWith('..') ? PROGRAM : fromHere)}`;
}

const PROGRAM = projectFile('bin/runwright.js');

/** npx looks in the nearest project around the directory, which must be ours or depend on us. */
function isFoundByNpx(directory: string): boolean {
  const project = projectAround(resolve(directory));
  if (project === undefined) return false;
  return (
    isThisProgram(join(project, 'bin', 'runwright.js')) ||
    isThisProgram(join(project, 'node_modules', '.bin', 'runwright'))
  );
}

function projectAround(directory: string): string | undefined {
  if (['package.json', 'node_modules'].some((name) => existsSync(join(directory, name)))) return directory;
  const above = dirname(directory);
  return above === directory ? undefined : projectAround(above);
}

function isThisProgram(file: string): boolean {
  try {
    return realpathSync(file) === realpathSync(PROGRAM);
  } catch {
    return false;
  }
}

const quoted = (path: string): string => (/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
