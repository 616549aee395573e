import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Copies the packages of the project, as sources, to where a copy of the project takes them from. */
export function copyPackages(project: string, copy: string): void {
  for (const name of readdirSync(join(project, 'packages'))) {
    for (const part of ['package.json', 'src']) {
      cpSync(join(project, 'packages', name, part), join(copy, 'packages', name, part), { recursive: true });
    }
  }
  linkPackages(copy);
}

/** Gives a copy of the project what the project has installed, but for the project's own packages: those of the copy. */
export function linkInstalled(project: string, copy: string): void {
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(project, 'node_modules'))) {
    if (name !== '@runwright') symlinkSync(join(project, 'node_modules', name), join(copy, 'node_modules', name));
  }
  linkPackages(copy);
}

function linkPackages(copy: string): void {
  mkdirSync(join(copy, 'node_modules', '@runwright'), { recursive: true });
  for (const name of readdirSync(join(copy, 'packages'))) {
    symlinkSync(join('..', '..', 'packages', name), join(copy, 'node_modules', '@runwright', name));
  }
}
