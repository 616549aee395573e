/** See run-in-place.js. */
export const endingWithParent: readonly string[];
export function runInPlace(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<never>;
export function runToItsEnd(
  command: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
