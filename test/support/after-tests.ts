import { afterAll, beforeEach, expect } from '@jest/globals';

const closers: (() => unknown)[] = [];
const begun: { name: string; atMs: number }[] = [];

// Registered when the file is loaded: Jest takes no hook from within a test or another hook.
beforeEach(() => void begun.push({ name: expect.getState().currentTestName ?? '', atMs: Date.now() }));

afterAll(async () => {
  const errors: unknown[] = [];
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    await Promise.resolve()
      .then(close)
      .catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
});

/** Closes something after the last test of the file, last opened first. May be called anywhere, also within a test. */
export function closeAfterTests(close: () => unknown): void {
  closers.push(close);
}

/** The test that ran at that moment; before the first one, the file's preparation. */
export const testAt = (atMs: number): string =>
  begun.findLast((test) => test.atMs <= atMs)?.name ?? 'before the first test';
