import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Inbox } from './inbox.ts';
import type { Step } from '../steps.ts';

/**
 * The only place where the workflow stands still: until the answer that it asked for is there, or something from outside
 * brings `orElse` about. An answer that came in the same workflow task counts before what came from outside, whatever
 * order Temporal hands them out in: where a query asked in between, they come in two parts, the answer first
 * (docs/adr/0010). So the workflow has one line of events, and begins the same commands in both cases.
 */
export async function standStill(inbox: Inbox, isAnswered: () => boolean, orElse: () => boolean): Promise<void> {
  while (!isAnswered()) {
    await condition(() => isAnswered() || !inbox.isEmpty);
    await answersFirst();
    if (isAnswered()) return;
    inbox.takeIn();
    if (orElse()) return;
  }
}

/**
 * The SDK hands out the events of a workflow task one after the other, signals first, and wakes whoever waits for a
 * condition after each. An answer passes through promises before it is here, and no condition: a second condition is
 * looked at only when all those have run (`tryUnblockConditions` in @temporalio/workflow), so one round is enough.
 */
function answersFirst(): Promise<void> {
  let isNext = false;
  return condition(() => {
    const wasNext = isNext;
    isNext = true;
    return wasNext;
  });
}

/** The answer of a step; what comes from outside meanwhile is taken in. */
export async function ask<Answer>(inbox: Inbox, step: Step<Answer>): Promise<Answer> {
  return (await askUnless(inbox, step, () => false)) as Answer;
}

/**
 * The same, given up as soon as `isDue` sees a reason in what came from outside. A read is let go at once. A write that
 * a worker has begun is waited for, and its answer counts; `given-up` then means that it was never begun.
 */
export async function askUnless<Answer>(
  inbox: Inbox,
  step: Step<Answer>,
  isDue: () => boolean,
): Promise<Answer | 'given-up'> {
  if (isDue()) return 'given-up';
  let outcome: { answer: Answer } | { error: unknown } | undefined;
  const scope = new CancellationScope({ cancellable: true });
  scope
    .run(() => step.begin())
    .then(
      (answer) => (outcome = { answer }),
      (error: unknown) => (outcome = { error }),
    );
  const isAnswered = (): boolean => outcome !== undefined;
  await standStill(inbox, isAnswered, isDue);
  if (!isAnswered()) {
    scope.cancel();
    await standStill(inbox, isAnswered, () => false);
  }
  if ('answer' in outcome!) return outcome.answer;
  if (scope.consideredCancelled && isCancellation(outcome!.error)) return 'given-up';
  throw outcome!.error;
}
