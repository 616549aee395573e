/**
 * Runs as a process of its own (see child-guard.ts) and outlives its parent by a moment: when standard input ends, the
 * parent is gone, and every process group it had started is ended, last started first.
 *
 * Lines on standard input: `+PID` a group was started, `-PID` it has ended.
 */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isGroupAlive, signalGroup } from './process-group.ts';

/** A worker asked to stop finishes its requests within its own 50 s grace; what is still there after that hangs. */
const GRACE_MS = 60_000;
const LOOK_AGAIN_MS = 50;

const groups: number[] = [];

// The parent handles the terminal's Ctrl-C and a service manager's SIGTERM: it stops its children in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) groups.push(pid);
  else groups.splice(groups.indexOf(pid), 1);
}

for (const pid of groups.toReversed()) {
  signalGroup(pid, 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (isGroupAlive(pid) && performance.now() < deadline) await delay(LOOK_AGAIN_MS);
  signalGroup(pid, 'SIGKILL');
}
