import { afterAll } from '@jest/globals';

const closers: (() => unknown)[] = [];

// Registered when the file is loaded: Jest takes no hook from within a test or another hook.
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
