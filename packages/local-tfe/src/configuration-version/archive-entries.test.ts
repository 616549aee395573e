import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { posix } from 'node:path';
import { refuseEscapes, safePath } from './archive-entries.ts';
import type { ArchiveEntry } from './archive-entries.ts';

const file = (path: string): ArchiveEntry => ({ path, kind: 'file', size: 1, mode: 0o644 });
const link = (path: string, target: string): ArchiveEntry => ({ path, kind: 'symlink', size: 1, mode: 0o777, target });
const directory = (path: string): ArchiveEntry => ({ path, kind: 'directory', size: 1, mode: 0o755 });

describe('entries of an archive', () => {
  it.each(['/etc/passwd', '../x', 'a/../../x', 'C:x', 'a\\..\\x', 'x\0y'])('refuses the name %j', (name) => {
    expect(() => safePath(name)).toThrow(/archive/);
  });

  it.each([
    ['./main.tf', 'main.tf'],
    ['a/../main.tf', 'main.tf'],
    ['modules/', 'modules'],
    ['./', undefined],
    ['..data/x', '..data/x'],
  ])('takes the name %j as %j', (name, path) => {
    expect(safePath(name)).toBe(path);
  });

  it.each<[string, ArchiveEntry[]]>([
    ['an absolute target', [link('a', '/etc')]],
    ['a target above the root', [link('a', '../x')]],
    [
      'a target above the root through another link',
      [directory('deep'), link('deep/up', '..'), link('out', 'deep/up/../x')],
    ],
    ['a file below a link', [link('a', 'b'), file('a/x')]],
    ['links in a ring', [link('a', 'b'), link('b', 'a')]],
    ['a hard link to nothing', [{ path: 'a', kind: 'hardlink', size: 1, mode: 0o644, target: 'missing' }]],
    ['a hard link to a link', [link('b', 'c'), { path: 'a', kind: 'hardlink', size: 1, mode: 0o644, target: 'b' }]],
  ])('refuses %s', (_what, entries) => {
    expect(() => refuseEscapes(entries)).toThrow(/archive entry/);
  });

  it('takes links that stay inside', () => {
    expect(() =>
      refuseEscapes([file('shared/x.tf'), directory('env'), link('env/x.tf', '../shared/x.tf'), link('now', 'env')]),
    ).not.toThrow();
  });

  it('never gives a path that leaves the root, whatever the name', () => {
    const part = fc.constantFrom('..', '.', 'a', 'b', '', '/', '...', '\\');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        let path: string | undefined;
        try {
          path = safePath(parts.join('/'));
        } catch {
          return;
        }
        expect(posix.join('/root', path ?? '')).toMatch(/^\/root(\/|$)/);
      }),
    );
  });
});
