import { Alarm } from './alarm.ts';
import type { Inbox } from './inbox.ts';

/** The deadlines of a request. The request says how long each is: contract/run-request.ts. */
export type Deadline = 'queue' | 'plan' | 'approval' | 'apply' | 'cleanup' | 'gone';

const SUMMARIES: Record<Deadline, string> = {
  queue: 'queue deadline',
  plan: 'plan deadline',
  approval: 'the approval expires',
  apply: 'apply deadline',
  cleanup: 'the cleanup is given up',
  gone: 'a run that TFE does not show any more is given up',
};

/** The deadlines that count now. Each has a timer for as long as it counts. */
export class Deadlines {
  private readonly armed = new Map<Deadline, Alarm>();
  private readonly inbox: Inbox;
  private readonly pass: (deadline: Deadline) => void;

  constructor(inbox: Inbox, pass: (deadline: Deadline) => void) {
    this.inbox = inbox;
    this.pass = pass;
  }

  /** Takes absolute times. Stops every deadline without one, and leaves a timer alone if its time has not changed. */
  arm(wanted: { [D in Deadline]?: number | undefined }): void {
    for (const deadline of Object.keys(SUMMARIES) as Deadline[]) this.set(deadline, wanted[deadline]);
  }

  private set(deadline: Deadline, atMs: number | undefined): void {
    const before = this.armed.get(deadline);
    if (before !== undefined && before.atMs === atMs) return;
    before?.stop();
    this.armed.delete(deadline);
    if (atMs === undefined) return;
    const ring = (): void => this.pass(deadline);
    this.armed.set(deadline, new Alarm(this.inbox, { atMs, summary: SUMMARIES[deadline], ring }));
  }
}
