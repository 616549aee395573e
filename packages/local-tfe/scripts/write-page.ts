import { readFile, writeFile } from 'node:fs/promises';
import { renewPage } from './page/page.ts';

/** Writes the generated parts of packages/local-tfe/README.md anew from the sources: routes, flags, schemas. */
const page = new URL('../README.md', import.meta.url);
await writeFile(page, renewPage(await readFile(page, 'utf8')));
