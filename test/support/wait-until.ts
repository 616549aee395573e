import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_MS = 25;

/**
 * Asks `look` again and again until it gives something other than `undefined` or `false`, and returns that. Rejects, naming
 * `what` and the last error of `look`, when `withinMs` (default 20 s) have passed.
 *
 * @param what completes the sentence "waited for …".
 */
export async function waitUntil<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 20_000 }: { readonly withinMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) {
      const reason = lastError instanceof Error ? `; last error: ${lastError.message}` : '';
      throw new Error(`waited ${withinMs / 1000} s for ${what}, in vain${reason}`);
    }
    await delay(LOOK_AGAIN_MS);
  }
}
