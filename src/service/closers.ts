/** Closes one thing that was opened. */
export type Closer = () => unknown;

export interface Closers {
  /** Call it right after opening, before anything else can fail. */
  push(closer: Closer): void;
}

/**
 * Runs `work`, then closes everything that it opened, last opened first, even if its start-up fails half way. Closing
 * goes on after an error. Rejects with the error of `work`, else with the first error of a closer.
 */
export async function withClosers<T>(work: (closers: Closers) => Promise<T>): Promise<T> {
  const closers: Closer[] = [];
  let isClosing = false;
  const push: Closers['push'] = (closer) => {
    // This closer would never run.
    if (isClosing) throw new Error('opened something while everything is being closed');
    closers.push(closer);
  };
  const [outcome] = await Promise.allSettled([work({ push })]);
  isClosing = true;
  const closed: PromiseSettledResult<unknown>[] = [];
  for (const closer of closers.toReversed()) closed.push(...(await Promise.allSettled([(async () => closer())()])));

  if (outcome.status === 'rejected') throw outcome.reason;
  const failed = closed.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return outcome.value;
}
