import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { runCli, startCli, type RunningCli } from '../support/cli-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const DEMO = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url));
const README = fileURLToPath(new URL('../../README.md', import.meta.url));
// Nobody listens there, and nobody may be asked: the demo has servers of its own.
const REAL_SERVERS = { TFE_ADDRESS: 'http://127.0.0.1:9', TFE_TOKEN: 'planted', TEMPORAL_ADDRESS: '127.0.0.1:9' };

// Each starts three servers.
jest.setTimeout(180_000);

/** What has been done, in order. */
const stepsOf = (text: string): string[] => [...text.matchAll(/^ ✔ (\w+(?: TFE)?)/gm)].map(([, step]) => step ?? '');

describe('npm run demo', () => {
  it('applies the example on servers of its own, shows plan, counts, outputs and the link, and stops everything', async () => {
    const { code, stdout, stderr } = await runCli([], { program: DEMO, env: REAL_SERVERS, withinMs: 120_000 });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const story = [
      / ✔ planned +run-\w+ +\+2 ~0 -0/,
      /\+ terraform_data\.audience/,
      / ✔ approved +by demo/,
      / ✔ applied +2 added/,
      /greeting = "Hello, world"/,
      /outcome: applied · 2 added, 0 changed, 0 destroyed/,
      /http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/runwright%2F/,
    ];
    for (const part of story) expect(stdout).toMatch(part);
    expect(stdout.split('\n').filter((line) => [...line].length > 80 && !line.includes('http'))).toEqual([]);
    expect(stepsOf(stdout)).toEqual(stepsOf(readFileSync(README, 'utf8')));
    expect(await answers(link(stdout))).toBe(false);
  });

  it('stays up with --hold for whoever reads its environment file, until it is told to stop', async () => {
    const demo = startCli(['--hold'], { program: DEMO, env: REAL_SERVERS, withinMs: 120_000 });
    const file = (await lineOf(demo, /^ +source /)).replace(/^ +source /, '');

    const listed = await runCli(['list', '--json'], { env: readEnvironmentFile(file) });

    expect(listed.code).toBe(0);
    expect(listed.stdout).toContain('demo-1');
    demo.signal('SIGINT');
    expect((await demo.ended()).code).toBe(0);
    expect(await answers(link(demo.stdout()))).toBe(false);
  });

  it('stops everything and ends as interrupted when it is told to stop while servers start', async () => {
    const demo = startCli([], { program: DEMO, withinMs: 120_000 });
    const temporal = (await lineOf(demo, /^ ✔ Temporal/)).match(/http:\S+/)![0];

    demo.signal('SIGTERM');

    expect((await demo.ended()).code).toBe(128 + 15);
    expect(await answers(temporal)).toBe(false);
  });

  it('says in one sentence which part did not start and where its log is, and exits 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runwright-broken-'));
    writeFileSync(join(folder, 'temporal'), BROKEN_TEMPORAL, { mode: 0o755 });

    const { code, stderr } = await runCli([], { program: DEMO, env: { PATH: `${folder}:${process.env['PATH']}` } });
    rmSync(folder, { recursive: true, force: true });

    expect(code).toBe(1);
    const sentence = /^The demo could not finish: temporal ended with exit code 3 .*: the disk is full \(log: (.+)\)$/m;
    expect(stderr).toMatch(sentence);
    expect(readFileSync(sentence.exec(stderr)![1]!, 'utf8')).toContain('the disk is full');
  });
});

/** A dev server that says which version it is, and cannot start. */
const BROKEN_TEMPORAL = `#!/bin/sh
if [ "$1" = --version ]; then echo 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'; exit 0; fi
echo 'the disk is full' >&2
exit 3
`;

/** `RunningCli.line` with more patience: several servers start here. */
const lineOf = (demo: RunningCli, pattern: RegExp): Promise<string> =>
  waitUntil(
    `${pattern} on standard output of the demo (which said ${demo.stderr() || 'nothing'})`,
    () =>
      demo
        .stdout()
        .split('\n')
        .find((line) => pattern.test(line)),
    { withinMs: 60_000 },
  );

const link = (stdout: string): string => stdout.match(/http:\S+\/workflows\/\S+/)![0];

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

function readEnvironmentFile(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => /^export (\w+)='(.*)'$/.exec(line)!.slice(1, 3) as [string, string]));
}
