import { spawn } from 'node:child_process';
import { siblingFile } from './own-files.ts';

/** Ends the children of this process even when it dies without warning (`kill -9`, a crash). */
export interface ChildGuard {
  watch(pid: number): void;
  forget(pid: number): void;
  /** Lets the guard process end; it first ends whatever it still watches. */
  close(): void;
}

export function openChildGuard(): ChildGuard {
  const guard = spawn(process.execPath, [siblingFile('guard-process')], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  // The guard waits for this process, never the other way round.
  guard.unref();
  const pipe = guard.stdin as typeof guard.stdin & { unref?: () => void };
  pipe.unref?.();
  // A guard that was killed by hand must not fail this process.
  pipe.on('error', () => {});
  return {
    watch: (pid) => void pipe.write(`+${pid}\n`),
    forget: (pid) => void pipe.write(`-${pid}\n`),
    close: () => void pipe.end(),
  };
}
