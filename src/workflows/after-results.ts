import { CancellationScope, condition } from '@temporalio/workflow';

// Each round lets everything go on once that waits for a condition. The story comes to rest within a few.
const ROUNDS = 20;

/**
 * Takes something in after the answers of activities that came in the same workflow task, when the story has come to
 * rest. So the commands are the same whether Temporal hands both out at once, signals first, or one after the other, as
 * it does where a query asked in between (docs/adr/0009). Everything from outside is taken in by this: signals, updates,
 * the cancellation, deadlines.
 */
export const afterResults = <Taken>(take: () => Taken): Promise<Taken> =>
  CancellationScope.nonCancellable(async () => {
    for (let round = 0; round < ROUNDS; round += 1) await nextRound();
    return take();
  });

function nextRound(): Promise<void> {
  let isNext = false;
  return condition(() => {
    const wasNext = isNext;
    isNext = true;
    return wasNext;
  });
}
