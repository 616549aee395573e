import { setTimeout as delay } from 'node:timers/promises';
import type { Blobs } from '../store/blobs.ts';
import type { LogSink } from './executor.ts';

export interface LogsDeps {
  blobs: Blobs;
}

// TFE frames its logs, so that a reader of the stream knows begin and end.
const START = '\u0002';
const END = '\u0003';

/** Writes one framed log while the work runs; the end mark comes whatever happens. */
export async function withLog<T>(deps: LogsDeps, id: string, work: (log: LogSink) => Promise<T>): Promise<T> {
  deps.blobs.write('log', id, START);
  try {
    // The log is gone when the workspace was deleted meanwhile: what terraform still says belongs nowhere.
    return await work((text) => deps.blobs.has('log', id) && deps.blobs.append('log', id, text));
  } finally {
    endLog(deps, id);
  }
}

/** Ends a log that a killed server left open. */
export function endLog(deps: LogsDeps, id: string): void {
  if (deps.blobs.has('log', id)) deps.blobs.append('log', id, END);
}

/** Waits as long as a script says, unless the run is canceled meanwhile. */
export async function scriptedWait(seconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (seconds === undefined || seconds === 0) return;
  await delay(seconds * 1000, undefined, { signal });
}

/** An error in the form in which terraform reports its own. */
export function errorLine(message: string, output: 'structured' | 'text'): string {
  if (output === 'text') return `\nError: ${message}\n`;
  const diagnostic = { severity: 'error', summary: message, detail: '' };
  return `${JSON.stringify({ '@level': 'error', '@message': `Error: ${message}`, '@module': 'terraform.ui', type: 'diagnostic', diagnostic })}\n`;
}
