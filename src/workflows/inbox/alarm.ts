import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Inbox } from './inbox.ts';

// An answer takes 20 s at most; a TFE that is away for longer does not say whether a run has ended.
export const LAST_LOOK_MS = 30_000;

/** A timer. Its ringing comes from outside, so it passes through the inbox like everything else. */
export class Alarm {
  private rang = false;
  private readonly scope = new CancellationScope({ cancellable: true });
  readonly atMs: number;

  /** `summary` is its name in the Temporal UI. `ring` is called when the workflow takes the ringing in. */
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
