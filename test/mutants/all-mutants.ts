import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Mutant } from './mutant.ts';

export interface NamedMutant extends Mutant {
  name: string;
}

const ROWS = new URL('rows/', import.meta.url);

/** Every mutant, by name. */
export async function allMutants(): Promise<NamedMutant[]> {
  const files = readdirSync(ROWS)
    .filter((file) => file.endsWith('.ts'))
    .toSorted();
  return await Promise.all(
    files.map(async (file) => {
      const { mutant } = (await import(new URL(file, ROWS).href)) as { mutant: Mutant };
      return { ...mutant, name: basename(file, '.ts') };
    }),
  );
}
