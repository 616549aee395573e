import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Inbox } from './inbox.ts';

/** A timer. That it rang comes from outside, so it is taken in as everything else is. */
export class Alarm {
  private rang = false;
  private readonly scope = new CancellationScope({ cancellable: true });
  readonly atMs: number;

  /** `summary` is what the Temporal UI calls it; `ring` is called when it is taken in. */
  constructor(inbox: Inbox, { atMs, summary, ring = () => {} }: { atMs: number; summary: string; ring?: () => void }) {
    this.atMs = atMs;
    this.scope
      .run(async () => {
        await sleep(Math.max(1, Math.round(atMs - Date.now())), { summary });
        await inbox.put(() => {
          this.rang = true;
          ring();
        });
      })
      .catch(() => {}); // stopped before it rang
  }

  get hasRung(): boolean {
    return this.rang;
  }

  stop(): void {
    this.scope.cancel();
  }
}
