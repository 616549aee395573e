/** Sends a signal to every process of the group `pid` leads. A group that has ended is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalOrGone(-pid, signal);
}

/** Sends a signal to the one process `pid`. A process that has ended is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  signalOrGone(pid, signal);
}

export function isGroupAlive(pid: number): boolean {
  return signalOrGone(-pid, 0);
}

export function isProcessAlive(pid: number): boolean {
  return signalOrGone(pid, 0);
}

function signalOrGone(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ESRCH') return false;
    // EPERM: it exists but is not ours to signal. On macOS a group of zombies answers so too.
    if (code === 'EPERM') return signal === 0;
    throw error;
  }
}
