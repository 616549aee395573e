import { fileURLToPath } from 'node:url';

/** Sources run as they are in a checkout (`.ts`) and compiled in the package (`.js`). */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Path of a module beside this one, to be run as a process of its own. */
export const siblingFile = (name: string): string => fileURLToPath(new URL(`./${name}${EXTENSION}`, import.meta.url));

/** Path of a file of the project or the installed package, given relative to its root. */
export const projectFile = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
