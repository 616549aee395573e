import { setTimeout as pause } from 'node:timers/promises';

const GIVEN_UP_AFTER_MS = 20_000;
const ANSWERED_WITHIN_MS = 60_000;

/** What is asked of Temporal while it may be away. A connection that closes before an answer ends the whole process. */
export class Asked {
  private readonly open = new Set<Promise<boolean>>();

  /** Whether it was done in time; what was not, is not waited for. */
  async isTaken(asked: Promise<unknown>, withinMs = GIVEN_UP_AFTER_MS): Promise<boolean> {
    const answered = asked.then(
      () => true,
      () => false,
    );
    this.open.add(answered);
    void answered.then(() => this.open.delete(answered));
    return await Promise.race([answered, pause(withinMs, false)]);
  }

  /** Before the connection closes. */
  async areAnswered(): Promise<void> {
    await Promise.race([Promise.all(this.open), pause(ANSWERED_WITHIN_MS)]);
  }
}
