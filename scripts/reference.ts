import { writeFile } from 'node:fs/promises';
import { referencePage } from './reference/reference-page.ts';

/** Writes docs/reference.md anew from the sources. */
await writeFile(new URL('../docs/reference.md', import.meta.url), await referencePage());
