import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Written } from './screen.ts';

export interface Recording {
  /** As a shell takes it. */
  readonly command: string;
  readonly columns: number;
  readonly cwd: string;
  readonly withinMs: number;
}

/**
 * Runs the command in a terminal of its own (util-linux `script`) and tells what it wrote, and when. Rejects where the
 * command fails.
 */
export async function record({ command, columns, cwd, withinMs }: Recording): Promise<Written[]> {
  const directory = await mkdtemp(join(tmpdir(), 'runwright-recording-'));
  const [log, timing] = [join(directory, 'log'), join(directory, 'timing')];
  const sized = `stty cols ${columns} rows 50 && exec ${command}`;
  const args = ['--quiet', '--return', '--logging-format', 'classic', '--log-out', log, '--log-timing', timing];
  try {
    // TERM decides on colors, and nobody's own terminal may decide how the picture looks.
    const env = { ...process.env, TERM: 'xterm-256color', NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined };
    await promisify(execFile)('script', [...args, '--command', sized], { cwd, env, timeout: withinMs });
    return read(await readFile(log), await readFile(timing, 'utf8'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The log has a line about itself before and after; each line of the timing is a pause in seconds and a count of bytes. */
export function read(log: Buffer, timing: string): Written[] {
  let at = log.indexOf('\n') + 1;
  let atMs = 0;
  const decoder = new TextDecoder();
  return timing
    .trim()
    .split('\n')
    .map((line) => {
      const [seconds = 0, bytes = 0] = line.split(' ').map(Number);
      atMs += seconds * 1000;
      at += bytes;
      return { atMs, text: decoder.decode(log.subarray(at - bytes, at), { stream: true }) };
    });
}
