import { setTimeout as pause } from 'node:timers/promises';

/** The answer, or the result of `late` if none came in time. The question goes on, but nobody waits for it. */
export async function within<T>(ms: number, asked: Promise<T>, late: () => T): Promise<T> {
  const answered = new AbortController();
  const tooLate = pause(ms, undefined, { signal: answered.signal }).then(late);
  tooLate.catch(() => {}); // aborted: the answer was in time
  asked.catch(() => {}); // rejected too late: nobody waits for it
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    answered.abort();
  }
}
