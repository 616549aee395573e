import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '../../test/support/wait-until.ts';
import { openChildGuard } from './child-guard.ts';
import { startChild } from './child-process.ts';
import { isProcessAlive } from './process-group.ts';
import { openStack, type Stack, type StackChildSpec } from './stack.ts';

const SERVES = `console.log('{"ready":true,"address":"http://127.0.0.1:1"}'); setInterval(() => {}, 1000);`;
const IGNORES_SIGTERM = `process.on('SIGTERM', () => {}); ${SERVES}`;

describe('a stack of child processes', () => {
  let directory: string;
  let stack: Stack;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-stack-'));
    stack = openStack({ directory, environment: { PATH: process.env['PATH'], TFE_TOKEN: 'planted' } });
  });
  afterEach(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('hands back the ready line of a child', async () => {
    const child = await stack.start(node('server', SERVES));

    expect(child.readyLine).toEqual({ ready: true, address: 'http://127.0.0.1:1' });
  });

  it('keeps what a child says in its log', async () => {
    const child = await stack.start(node('server', `console.error('on stderr'); console.log('on stdout'); ${SERVES}`));
    await child.stop();

    const log = readFileSync(child.logFile, 'utf8');
    expect(log).toContain('on stderr');
    expect(log).toContain('on stdout');
  });

  it('goes on where the log of a child cannot be written: its disk is full', async () => {
    const guard = openChildGuard();
    const spec = { ...node('server', `for (let i = 0; i < 9; i += 1) console.log(i); ${SERVES}`), env: {} };
    const child = await startChild({ ...spec, logFile: '/dev/full' }, guard);

    expect(child.readyLine).toMatchObject({ ready: true });
    await child.stop();
    guard.close();
  });

  it("gives a child the stack's environment and its own settings, and nothing of the caller's servers", async () => {
    const child = await stack.start({
      ...node(
        'server',
        `console.log(JSON.stringify({ ready: true, token: process.env.TFE_TOKEN ?? null, own: process.env.OWN }))`,
      ),
      env: { OWN: 'yes' },
    });

    expect(child.readyLine).toMatchObject({ token: null, own: 'yes' });
  });

  it('says what the log of a child says that ended instead of becoming ready', async () => {
    const starting = stack.start(node('server', `console.error('port is taken'); process.exit(3)`));

    await expect(starting).rejects.toThrow(
      /server ended with exit code 3 instead of becoming ready[\s\S]*port is taken/,
    );
  });

  it('ends a child that does not become ready in time', async () => {
    const script = `require('node:fs').writeFileSync('${directory}/pid', String(process.pid)); setInterval(() => {}, 1000)`;

    await expect(stack.start({ ...node('server', script), readyWithinMs: 700 })).rejects.toThrow(
      'not ready after 0.7 s',
    );

    expect(isProcessAlive(Number(readFileSync(join(directory, 'pid'), 'utf8')))).toBe(false);
  });

  it('says that a program cannot be started', async () => {
    await expect(stack.start({ ...node('server', ''), command: '/does/not/exist' })).rejects.toThrow('ENOENT');
  });

  it('waits for a child that does its work and ends', async () => {
    const child = await stack.start({ ...node('setup', `console.log('done')`), ready: { kind: 'exit' } });

    expect(await child.exited).toEqual({ code: 0, signal: null });
  });

  it('stops last started first, each only when the one before has ended', async () => {
    const order = join(directory, 'order');
    const script = (name: string): string =>
      `process.on('SIGTERM', () => setTimeout(() => { require('node:fs').appendFileSync('${order}', '${name} '); process.exit(0); }, 50)); ${SERVES}`;
    for (const name of ['temporal', 'local-tfe', 'worker']) await stack.start(node(name, script(name)));

    await stack.stop();

    expect(readFileSync(order, 'utf8')).toBe('worker local-tfe temporal ');
  });

  it('ends a child, and what that has started, which does not end when asked', async () => {
    const grandchild = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(IGNORES_SIGTERM)}])`;
    const script = `const started = ${grandchild}; process.on('SIGTERM', () => {}); console.log(JSON.stringify({ ready: true, grandchild: started.pid })); setInterval(() => {}, 1000);`;
    const child = await stack.start(node('server', script));

    expect(await child.stop({ graceMs: 200 })).toEqual({ code: null, signal: 'SIGKILL' });

    await waitUntil('the grandchild to end', () => !isProcessAlive(Number(child.readyLine?.['grandchild'])));
  });

  it('ends a child that was stopped by SIGSTOP', async () => {
    const child = await stack.start(node('server', SERVES));
    child.signal('SIGSTOP');

    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('ends its children when its process is killed', async () => {
    const child = await stack.start(node('owner of a stack', ownerOfAStack(directory)));
    const grandchild = Number(child.readyLine?.['child']);
    expect(isProcessAlive(grandchild)).toBe(true);

    child.signal('SIGKILL');

    await waitUntil('the child of the killed process to end', () => !isProcessAlive(grandchild));
  });
});

function node(name: string, script: string): StackChildSpec {
  return { name, command: process.execPath, args: ['-e', script], ready: { kind: 'line' }, readyWithinMs: 20_000 };
}

/** A process that opens a stack itself, starts a child in it and says which one. */
function ownerOfAStack(directory: string): string {
  const spec = JSON.stringify(node('server', SERVES));
  return `
    import('${new URL('./stack.ts', import.meta.url).href}').then(async ({ openStack }) => {
      const stack = openStack({ directory: '${directory}/inner', environment: process.env });
      const child = await stack.start(${spec});
      console.log(JSON.stringify({ ready: true, child: child.pid }));
    });`;
}
