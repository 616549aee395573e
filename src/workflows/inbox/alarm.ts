import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Inbox } from './inbox.ts';

// An answer takes 20 s at most; a TFE that is away for longer does not say whether a run has ended.
export const LAST_LOOK_MS = 30_000;

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
