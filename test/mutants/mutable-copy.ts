import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOfEdit, type Edit } from '../replay/workflow-variants.ts';
import { linkInstalled } from '../support/linked-packages.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface MutableCopy {
  directory: string;
  /** Runs `meanwhile` on the copy with the edits, and takes them back. */
  withEdits<T>(edits: readonly Edit[], meanwhile: () => Promise<T>): Promise<T>;
  remove(): void;
}

/** The project as it stands here, committed or not, below the project, so that packages are found. */
export function copyProject(): MutableCopy {
  const below = join(ROOT, '.cache', 'mutants');
  mkdirSync(below, { recursive: true });
  const directory = mkdtempSync(join(below, 'copy-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  for (const file of listed.toString().split('\0')) {
    if (file !== '' && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(directory, file));
  }
  linkInstalled(ROOT, directory);
  return {
    directory,
    withEdits: async (edits, meanwhile) => {
      const before = edits.map(({ file }) => ({
        file,
        source: readFileSync(join(directory, pathOfEdit(file)), 'utf8'),
      }));
      try {
        for (const edit of edits) apply(join(directory, pathOfEdit(edit.file)), edit);
        return await meanwhile();
      } finally {
        for (const { file, source } of before) writeFileSync(join(directory, pathOfEdit(file)), source);
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function apply(path: string, edit: Edit): void {
  const source = readFileSync(path, 'utf8');
  const why = whyNotApplied(source, edit);
  if (why !== undefined) throw new Error(why);
  writeFileSync(
    path,
    source.replace(edit.from, () => edit.to),
  );
}

/** Why an edit cannot be made, or undefined where it can. */
export function whyNotApplied(source: string, { file, from }: Edit): string | undefined {
  const found = source.split(from).length - 1;
  if (found === 1) return undefined;
  const times = found === 0 ? 'not' : `${found} times`;
  return `${pathOfEdit(file)} holds ${JSON.stringify(from)} ${times}: take back its fix in another way`;
}
