import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isProcessAlive } from '../src/stack/process-group.ts';
import { waitUntil } from '../test/support/wait-until.ts';

const RUN_IN_PLACE = new URL('./run-in-place.js', import.meta.url).href;

describe('a program that runs in the place of its launcher', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const launcher of started) if (launcher.exitCode === null) launcher.kill('SIGKILL');
  });

  /** Starts a launcher that runs `script`; the program then prints its process id. */
  async function launch(script: string): Promise<{ launcher: ChildProcess; program: number }> {
    const wrapped = `${script} console.log(process.pid);`;
    const launcher = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { endingWithParent, runInPlace } from '${RUN_IN_PLACE}';
         await runInPlace(process.execPath, [...endingWithParent, '-e', ${JSON.stringify(wrapped)}]);`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    started.push(launcher);
    const [line] = (await once(createInterface({ input: launcher.stdout as NodeJS.ReadableStream }), 'line')) as [
      string,
    ];
    return { launcher, program: Number(line) };
  }

  it('gives its exit code to whoever waits for the launcher', async () => {
    const { launcher } = await launch('process.exitCode = 3;');

    expect(await once(launcher, 'exit')).toEqual([3, null]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('gets %s from the launcher', async (signal) => {
    const { launcher } = await launch(
      `const alive = setInterval(() => {}, 1000); process.on('${signal}', () => { process.exitCode = 7; clearInterval(alive); });`,
    );

    launcher.kill(signal);

    expect(await once(launcher, 'exit')).toEqual([7, null]);
  });

  it('makes the launcher end by the signal that ended it', async () => {
    const { launcher, program } = await launch('setInterval(() => {}, 1000);');

    process.kill(program, 'SIGKILL');

    expect(await once(launcher, 'exit')).toEqual([null, 'SIGKILL']);
  });

  it('that is one step of several is the last one when the launcher was asked to end', async () => {
    const step = 'setInterval(() => {}, 1000); console.log(process.pid);';
    const launcher = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { runToItsEnd } from '${RUN_IN_PLACE}';
         for (const _ of [1, 2]) await runToItsEnd(process.execPath, ['-e', ${JSON.stringify(step)}]);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    started.push(launcher);
    const lines = createInterface({ input: launcher.stdout as NodeJS.ReadableStream });
    const steps: string[] = [];
    lines.on('line', (line) => steps.push(line));
    await once(lines, 'line');

    launcher.kill('SIGTERM');

    expect(await once(launcher, 'exit')).toEqual([null, 'SIGTERM']);
    expect(steps).toHaveLength(1);
  });

  it('is asked to end when the launcher was killed', async () => {
    const { launcher, program } = await launch('setInterval(() => {}, 1000);');
    expect(isProcessAlive(program)).toBe(true);

    launcher.kill('SIGKILL');

    await waitUntil('the orphaned program to end', () => !isProcessAlive(program));
  });
});
