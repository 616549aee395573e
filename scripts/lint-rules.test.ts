import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linkInstalled } from '../test/support/linked-packages.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Example {
  readonly rule: string;
  /** Where the offending line stands. */
  readonly file: string;
  readonly line: string;
}

const FORBIDDEN_IMPORTS: readonly Example[] = [
  { rule: 'client-domain-folders', file: 'packages/client/src/domain/a.ts', line: `import '../archive/room.ts';` },
  {
    rule: 'client-domain-types-of-client-contract',
    file: 'packages/client/src/domain/b.ts',
    line: `import { value } from '../contract/room.ts'; value;`,
  },
  { rule: 'client-domain-packages', file: 'packages/client/src/domain/c.ts', line: `import { z } from 'zod'; z;` },
  { rule: 'client-domain-node', file: 'packages/client/src/domain/d.ts', line: `import 'node:fs';` },
  { rule: 'client-contract-folders', file: 'packages/client/src/contract/a.ts', line: `import '../domain/room.ts';` },
  { rule: 'contract-zod', file: 'packages/client/src/contract/b.ts', line: `import { z } from 'zod'; z;` },
  { rule: 'contract-common', file: 'packages/client/src/contract/d.ts', line: `import '@temporalio/common';` },
  { rule: 'client-contract-packages', file: 'packages/client/src/contract/e.ts', line: `import 'ky';` },
  { rule: 'client-archive-packages', file: 'packages/client/src/archive/a.ts', line: `import '@temporalio/common';` },
  {
    rule: 'client-archive-types-of-client-contract',
    file: 'packages/client/src/archive/b.ts',
    line: `import '../contract/room.ts';`,
  },
  { rule: 'client-temporal-folders', file: 'packages/client/src/temporal/a.ts', line: `import '../domain/room.ts';` },
  { rule: 'client-temporal-packages', file: 'packages/client/src/temporal/b.ts', line: `import '@temporalio/worker';` },
  { rule: 'client-folders', file: 'packages/client/src/a.ts', line: `import '../../../src/workflows/room.ts';` },
  { rule: 'client-packages', file: 'packages/client/src/b.ts', line: `import '@temporalio/workflow';` },
  { rule: 'domain-folders', file: 'src/domain/a.ts', line: `import '../tfe/room.ts';` },
  {
    rule: 'domain-types-of-client-contract',
    file: 'src/domain/b.ts',
    line: `import { value } from '@runwright/client/contract'; value;`,
  },
  { rule: 'domain-packages', file: 'src/domain/c.ts', line: `import { z } from 'zod'; z;` },
  { rule: 'domain-node', file: 'src/domain/d.ts', line: `import 'node:fs';` },
  { rule: 'tfe-packages', file: 'src/tfe/a.ts', line: `import '@temporalio/common';` },
  { rule: 'tfe-types-of-client-contract', file: 'src/tfe/b.ts', line: `import '@runwright/client/contract';` },
  { rule: 'temporal-folders', file: 'src/temporal/a.ts', line: `import '../workflows/room.ts';` },
  { rule: 'temporal-packages', file: 'src/temporal/b.ts', line: `import '@temporalio/worker';` },
  { rule: 'tfe-packages', file: 'src/tfe/a.ts', line: `import '@temporalio/common';` },
  { rule: 'codec-packages', file: 'src/codec/a.ts', line: `import '@temporalio/client';` },
  { rule: 'payload-converter-alone', file: 'src/codec/payload-converter.ts', line: `import './room.ts';` },
  { rule: 'service-packages', file: 'src/service/a.ts', line: `import '@temporalio/worker';` },
  { rule: 'activities-packages', file: 'src/activities/a.ts', line: `import '@temporalio/client';` },
  { rule: 'activities-folders', file: 'src/activities/b.ts', line: `import '../service/room.ts';` },
  { rule: 'workflows-types-of-activities', file: 'src/workflows/a.ts', line: `import '../activities/room.ts';` },
  { rule: 'workflows-node', file: 'src/workflows/b.ts', line: `import 'node:crypto';` },
  { rule: 'workflows-packages', file: 'src/workflows/c.ts', line: `import 'ky';` },
  { rule: 'workflows-folders', file: 'src/workflows/d.ts', line: `import '../tfe/room.ts';` },
  { rule: 'worker-folders', file: 'src/worker/a.ts', line: `import '../stack/room.ts';` },
  { rule: 'worker-packages', file: 'src/worker/b.ts', line: `import '@temporalio/workflow';` },
  { rule: 'gateway-folders', file: 'src/gateway/a.ts', line: `import '../stack/room.ts';` },
  { rule: 'gateway-packages', file: 'src/gateway/b.ts', line: `import '@temporalio/client';` },
  { rule: 'cli-folders', file: 'src/cli/a.ts', line: `import '../activities/room.ts';` },
  { rule: 'cli-packages', file: 'src/cli/b.ts', line: `import '@temporalio/client';` },
  { rule: 'local-tfe-folders', file: 'packages/local-tfe/src/a.ts', line: `import '../../../src/tfe/room.ts';` },
  { rule: 'local-tfe-packages', file: 'packages/local-tfe/src/b.ts', line: `import 'ky';` },
  { rule: 'stack-folders', file: 'src/stack/a.ts', line: `import '../service/room.ts';` },
  { rule: 'stack-packages', file: 'src/stack/b.ts', line: `import '@temporalio/client';` },
  { rule: 'no-cycles', file: 'src/tfe/c.ts', line: `import './c.ts';` },
  { rule: 'dependencies-declared', file: 'src/tfe/d.ts', line: `import 'fast-check';` },
  { rule: 'sources-without-bin', file: 'src/tfe/h.ts', line: `import '../../bin/room.js';` },
  { rule: 'resolvable', file: 'src/tfe/e.ts', line: `import './nowhere.ts';` },
  { rule: 'tfe-folders', file: 'src/tfe/g.ts', line: `import '../../packages/local-tfe/src/room.ts';` },
  { rule: 'tfe-folders', file: 'src/tfe/f.ts', line: `import '../../test/room.ts';` },
  {
    rule: 'workflows-schemas-as-types',
    file: 'src/workflows/e.ts',
    line: `import '@runwright/client/contract/schema';`,
  },
];

const FORBIDDEN_CODE: readonly Example[] = [
  { rule: 'typescript(no-floating-promises)', file: 'src/tfe/l1.ts', line: `Promise.resolve(1);` },
  {
    rule: 'typescript(switch-exhaustiveness-check)',
    file: 'src/tfe/l2.ts',
    line: `export function f(a: 'x' | 'y') { switch (a) { case 'x': return 1; } return 2; }`,
  },
  { rule: 'typescript(no-explicit-any)', file: 'src/tfe/l3.ts', line: `export const a: any = 1;` },
  {
    rule: 'typescript(consistent-type-imports)',
    file: 'src/tfe/l4.ts',
    line: `import { Room } from './room.ts'; export const a: Room = 1;`,
  },
  { rule: 'import(no-default-export)', file: 'src/tfe/l5.ts', line: `export default 1;` },
  { rule: 'node(no-process-env)', file: 'src/tfe/l6.ts', line: `export const a = process.env['A'];` },
  { rule: 'eslint(no-console)', file: 'src/tfe/l7.ts', line: `console.log('a');` },
  { rule: 'eslint(no-restricted-properties)', file: 'src/domain/l8.ts', line: `export const a = Date.now();` },
  { rule: 'eslint(no-restricted-globals)', file: 'src/workflows/l9.ts', line: `export const a = Temporal.Now;` },
  {
    rule: 'unused-directive',
    file: 'src/tfe/l10.ts',
    line: `// oxlint-disable-next-line no-console -- for nothing\nexport const a = 1;`,
  },
];

const ALLOWED: readonly Omit<Example, 'rule'>[] = [
  {
    file: 'src/domain/ok.ts',
    line: `import type { Room } from '@runwright/client/contract'; export const a: Room = 1;`,
  },
  {
    file: 'src/domain/ok.test.ts',
    line: `import { it } from '@jest/globals'; import 'fast-check'; it.todo('nothing');`,
  },
  { file: 'packages/client/src/contract/ok-schema.ts', line: `import { z } from 'zod'; export const a = z.string();` },
  {
    file: 'src/workflows/ok.ts',
    line: `import { sleep } from '@temporalio/workflow'; import type { Room } from '../activities/room.ts'; import type { Room as S } from '@runwright/client/contract/schema'; export const a: [Room, S, typeof sleep] = [1, 1, sleep];`,
  },
  { file: 'src/codec/ok.ts', line: `import '@temporalio/common'; import 'node:crypto';` },
  { file: 'src/worker.ts', line: `import './workflows/room.ts'; import '@temporalio/worker';` },
];

const ROOMS = ['domain', 'tfe', 'codec', 'service', 'activities', 'workflows', 'stack'].map((room) => `src/${room}`);
const ROOMS_OF_CLIENT = ['domain', 'contract', 'archive'].map((room) => `packages/client/src/${room}`);
const ROOM = 'export type Room = number; export const value = 1;';

describe('the rules of the linter and the import table', () => {
  let project: string;
  let violations: string;
  let lint: readonly { code: string; filename: string }[];

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'runwright-lint-'));
    for (const file of ['.oxlintrc.json', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(join(ROOT, file), join(project, file));
    }
    for (const name of ['client', 'local-tfe']) {
      cpSync(join(ROOT, 'packages', name, 'package.json'), join(project, 'packages', name, 'package.json'));
    }
    linkInstalled(ROOT, project);
    write('test/room.ts', 'export {};');
    write('bin/room.js', 'export {};');
    write('packages/local-tfe/src/room.ts', 'export {};');
    write('packages/client/src/contract/index.ts', `export * from './room.ts';`);
    write('packages/client/src/contract/run-request-schema.ts', ROOM);
    for (const room of [...ROOMS, ...ROOMS_OF_CLIENT]) write(`${room}/room.ts`, ROOM);
    for (const { file, line } of [...FORBIDDEN_IMPORTS, ...FORBIDDEN_CODE, ...ALLOWED]) write(file, line);
    violations = await importViolations(project);
    lint = await lintFindings(project);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), `${content}\n`);
  };

  it.each(FORBIDDEN_IMPORTS)('refuse $line in $file', ({ rule, file }) => {
    expect(violations).toContain(`${rule}: ${file} →`);
  });

  it.each(FORBIDDEN_CODE)('refuse what $rule names', ({ rule, file }) => {
    expect(lint).toContainEqual({ code: rule, filename: file });
  });

  it.each(ALLOWED)('allow $line in $file', ({ file }) => {
    expect(violations).not.toContain(`: ${file} →`);
    expect(lint.filter(({ filename }) => filename === file)).toEqual([]);
  });
});

/** In a process of its own: the cruiser works in the folder that it is started in. */
async function importViolations(project: string): Promise<string> {
  const script = `
    import { checkImports } from '${new URL('./import-rules.ts', import.meta.url).href}';
    console.log((await checkImports(process.cwd())).violations.join('\\n'));`;
  return output(process.execPath, ['--input-type=module-typescript', '-e', script], project);
}

async function lintFindings(project: string): Promise<readonly { code: string; filename: string }[]> {
  const args = [
    '--type-aware',
    '--report-unused-disable-directives-severity=error',
    '--format=json',
    'src',
    'packages',
  ];
  const report = await output(join(ROOT, 'node_modules/.bin/oxlint'), args, project);
  const { diagnostics } = JSON.parse(report) as { diagnostics: { code?: string; message: string; filename: string }[] };
  return diagnostics.map(({ code, message, filename }) => ({
    code: code ?? (message.startsWith('Unused') ? 'unused-directive' : message),
    filename,
  }));
}

/** What the program prints; it may well fail, for it is to find something. */
function output(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, maxBuffer: 1 << 26 }, (_error, stdout, stderr) => resolve(stdout || stderr));
  });
}
