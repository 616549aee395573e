import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Inbox } from './inbox.ts';
import type { Step } from '../steps.ts';

/**
 * The only place where the workflow stands still: until the answer that it asked for has come, or something from
 * outside makes `orElse` true. An answer counts before everything from outside that came in the same workflow task, in
 * whatever order Temporal hands them out. If a query comes in between, Temporal hands them out in two parts, the answer
 * first (docs/adr/0010). So the workflow sees one line of events and begins the same commands in both cases.
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
 * The SDK hands out the events of a workflow task one by one, signals first, and checks all waiting conditions after
 * each. An answer gets here through promises, without a condition. The SDK looks at a second condition only after all
 * these promises have run (`tryUnblockConditions` in @temporalio/workflow), so one round is enough.
 */
function answersFirst(): Promise<void> {
  let isNext = false;
  return condition(() => {
    const wasNext = isNext;
    isNext = true;
    return wasNext;
  });
}

/** Begins a step and returns its answer. Meanwhile takes in what comes from outside. */
export async function ask<Answer>(inbox: Inbox, step: Step<Answer>): Promise<Answer> {
  return (await askUnless(inbox, step, () => false)) as Answer;
}

/**
 * The same, but gives up as soon as `isDue` sees a reason in what came from outside. A read is dropped at once. If a
 * worker has begun a write, we wait for it, and its answer counts; for a write, `given-up` means that it never began.
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
