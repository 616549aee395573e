import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownCommand } from './own-command.ts';
import { projectFile } from './own-files.ts';

const PROGRAM = projectFile('bin/runwright.js');
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'own-command-'));
  for (const folder of ['on-path', 'project/node_modules/.bin', 'project/below', 'stranger', 'elsewhere']) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  await symlink(PROGRAM, join(directory, 'on-path/runwright'));
  await symlink(PROGRAM, join(directory, 'project/node_modules/.bin/runwright'));
  await writeFile(join(directory, 'stranger/runwright'), '#!/bin/sh\n');
});

afterAll(() => rm(directory, { recursive: true, force: true }));

it('a program on PATH is called by its name', () => {
  expect(ownCommand({ directory, path: `/usr/bin:${join(directory, 'on-path')}` })).toBe('runwright');
});

it('a checkout, and a project that depends on it, call it through npx, also from below', () => {
  expect(ownCommand({ directory: projectFile('examples/hello'), path: '/usr/bin' })).toBe('npx runwright');
  expect(ownCommand({ directory: join(directory, 'project/below'), path: '/usr/bin' })).toBe('npx runwright');
});

it('what npx itself put on PATH is not there in the next terminal', () => {
  const path = join(directory, 'project/node_modules/.bin');

  expect(ownCommand({ directory: join(directory, 'elsewhere'), path })).toBe(`node ${PROGRAM}`);
});

it('another program of that name on PATH is not taken for it', () => {
  expect(ownCommand({ directory, path: join(directory, 'stranger') })).toBe(`node ${PROGRAM}`);
});
