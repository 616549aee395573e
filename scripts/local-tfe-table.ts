import { readFile, writeFile } from 'node:fs/promises';
import { renewPage } from './local-tfe-page/page.ts';

/** Writes the generated parts of docs/local-tfe.md anew from the sources: routes, flags, schemas. */
const page = new URL('../docs/local-tfe.md', import.meta.url);
await writeFile(page, renewPage(await readFile(page, 'utf8')));
