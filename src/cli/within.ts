import { setTimeout as pause } from 'node:timers/promises';

/** The answer, or what `late` says when none came in time. What was asked goes on; nobody waits for it any more. */
export async function within<T>(ms: number, asked: Promise<T>, late: () => T): Promise<T> {
  const answered = new AbortController();
  const tooLate = pause(ms, undefined, { signal: answered.signal }).then(late);
  tooLate.catch(() => {}); // aborted: it was in time
  asked.catch(() => {}); // rejected after its time: there is nobody to tell
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    answered.abort();
  }
}
