import { CancellationScope, condition } from '@temporalio/workflow';
import type { RunState } from './run-state.ts';

// Each round lets everything go on once that waits for a condition. The story comes to rest within a few.
const ROUNDS = 20;

/**
 * Takes something in after the answers of activities that came in the same workflow task, when the story has come to
 * rest, and after what came before it. So the commands are the same whether Temporal hands both out at once, signals
 * first, or one after the other, as it does where a query asked in between (docs/adr/0009). Everything from outside is
 * taken in by this: signals, updates, the cancellation, deadlines.
 */
export function afterResults<Taken>({ arrivals }: RunState, take: () => Taken): Promise<Taken> {
  return new Promise((resolve, reject) => {
    arrivals.push(() => {
      try {
        resolve(take());
      } catch (error) {
        reject(error);
      }
    });
    // Thousands of signals share the rounds.
    if (arrivals.length === 1) void takeInAtRest(arrivals);
  });
}

async function takeInAtRest(arrivals: (() => void)[]): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    for (let round = 0; round < ROUNDS; round += 1) await nextRound();
  });
  for (const take of arrivals.splice(0)) take();
}

function nextRound(): Promise<void> {
  let isNext = false;
  return condition(() => {
    const wasNext = isNext;
    isNext = true;
    return wasNext;
  });
}
