import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli, startCli } from '../support/cli-process.ts';
import { buildNatively, isIgnored, stagesOf } from '../support/image-build.ts';
import { leftOut } from '../support/left-out.ts';
import { findLinter } from '../support/linters.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const BUILD_WITHIN_MS = 600_000;

const hadolint = await findLinter('hadolint');
const withHadolint = typeof hadolint === 'string' ? describe : leftOut('the linter of the Dockerfile', hadolint.reason);

withHadolint('the Dockerfile', () => {
  it('passes hadolint', async () => {
    await expect(run(hadolint as string, ['--failure-threshold', 'info', join(ROOT, 'Dockerfile')])).resolves.toEqual({
      stdout: '',
      stderr: '',
    });
  });

  it('would not pass with a fault in it', async () => {
    const linting = run(hadolint as string, ['--failure-threshold', 'info', '-'], {});
    linting.child.stdin?.end('FROM node\nRUN cd /tmp && sudo apt-get install curl\n');
    await expect(linting).rejects.toMatchObject({ stdout: expect.stringContaining('DL3004') });
  });
});

describe('the image', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const final = stagesOf(dockerfile).get('final') ?? [];

  it('is built in stages on one base, ends as a user that is not root, and starts runwright', () => {
    expect([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)).toEqual([
      'node:24-bookworm-slim',
      'node:24-bookworm-slim',
    ]);
    expect(final.find(({ name }) => name === 'USER')?.words).toBe('1000:1000');
    expect(final.find(({ name }) => name === 'ENTRYPOINT')?.words).toBe('["runwright"]');
  });

  it('is sent no secret and nothing that was built', () => {
    const rules = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => /^[^#]/.test(line));
    const built = ['dist/cli.js', 'packages/local-tfe/dist/main.js'];
    const files = ['.env', 'secrets/tfe-token', '.runwright/env', '.git/config', 'src/cli.test.ts', ...built];
    expect(files.filter((file) => !isIgnored(file, rules))).toEqual([]);
    expect(isIgnored('src/cli.ts', rules)).toBe(false);
  });
});

describe('the build steps of the Dockerfile, in an empty directory', () => {
  let directory: string;
  let root: string;
  let program: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-image-'));
    ({ root } = await buildNatively(directory));
    program = join(root, 'usr/local/bin/runwright');
  }, BUILD_WITHIN_MS);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('make one program of every command, with the workflows bundled', async () => {
    const { code, stdout } = await runCli(['--help'], { program, cwd: directory });

    expect(code).toBe(0);
    for (const command of ['worker', 'setup', 'run', 'doctor', 'local-tfe']) expect(stdout).toContain(`  ${command} `);
    expect(statSync(join(root, 'opt/runwright/dist/workflow-bundle.js')).size).toBeGreaterThan(100_000);
  });

  it('leave out development packages, sources and tests', () => {
    const home = join(root, 'opt/runwright');
    expect(readdirSync(home).sort()).toEqual(['LICENSE', 'bin', 'dist', 'node_modules', 'package.json', 'packages']);
    for (const name of readdirSync(join(home, 'packages')))
      expect(readdirSync(join(home, 'packages', name))).not.toContain('src');
    const packages = readdirSync(join(home, 'node_modules'));
    expect(packages.filter((name) => ['jest', 'typescript', 'oxlint', 'prettier'].includes(name))).toEqual([]);
  });

  it('serve a local TFE to other containers when asked to', async () => {
    const tfe = startCli(['local-tfe', '--json', '--host', '0.0.0.0', '--port', '0', '--engine', 'simulated'], {
      program,
    });
    const { address } = JSON.parse(await tfe.line(/"ready":true/)) as { address: string };

    const { port } = new URL(address);
    expect((await fetch(`http://127.0.0.1:${port}/_health`)).ok).toBe(true);
    tfe.signal('SIGTERM');
    expect((await tfe.ended()).code).toBe(0);
  });

  it('start a worker that says what is not set', async () => {
    const { code, stderr } = await runCli(['worker'], { program, cwd: directory });

    expect(code).toBe(2);
    expect(stderr).toContain('TFE_ADDRESS is not set');
  });
});
