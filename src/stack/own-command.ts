import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path';
import { projectFile } from './own-files.ts';

/** Where the command is to be typed. */
export interface Terminal {
  readonly directory: string;
  /** The variable PATH. */
  readonly path: string | undefined;
}

/** How this very program is called there: by its name where that finds it, else through npx, else by its file. */
export function ownCommand({ directory, path = '' }: Terminal): string {
  // npx and npm run put these first for their child alone: the next terminal does not have them.
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.endsWith(join(sep, 'node_modules', '.bin')));
  if (folders.some((folder) => isThisProgram(join(folder, 'runwright')))) return 'runwright';
  if (isFoundByNpx(directory)) return 'npx runwright';
  const fromHere = relative(directory, PROGRAM);
  return `node ${quoted(fromHere.startsWith('..') ? PROGRAM : fromHere)}`;
}

const PROGRAM = projectFile('bin/runwright.js');

/** npx looks into the nearest project around the directory: it is ours, or has us as a dependency. */
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
