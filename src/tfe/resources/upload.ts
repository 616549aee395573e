import { Readable } from 'node:stream';
import type { Secret } from '../http/secret.ts';
import type { Limits } from '../http/limits.ts';
import type { StorageHttp } from '../http/storage-http.ts';
import type { CallOptions } from '../http/tfe-http.ts';
import { TfeError } from '../http/tfe-error.ts';
import type { Timeouts } from '../http/timeouts.ts';

export interface Upload {
  /** Read once, as fast as the server takes it, so memory stays flat whatever the size. */
  body: Readable | ReadableStream<Uint8Array>;
  /** Exact length of the body; a body of another length fails the upload. */
  bytes: number;
  /** Called with every piece the connection took, e.g. to heartbeat. */
  onProgress?: ((sentBytes: number) => void) | undefined;
}

/** Rejects with TfeError, or with the source's own error if the source broke. */
export async function uploadTo(
  { storage, timeouts }: { storage: StorageHttp; timeouts: Timeouts },
  url: Secret,
  { body, bytes, onProgress }: Upload,
  { signal }: CallOptions = {},
): Promise<void> {
  const operation = 'upload configuration';
  const watch = watchFor(timeouts, signal);
  const source = observed(body, (sentBytes) => {
    watch.moved();
    onProgress?.(sentBytes);
  });
  try {
    const answer = await storage.put(operation, url, { stream: source.stream, bytes }, watch.limits);
    await answer.discard();
    if (answer.status >= 300) {
      throw new TfeError('unreadable-answer', operation, { status: answer.status, reason: 'redirected' });
    }
  } catch (error) {
    throw source.failure() ?? error;
  } finally {
    watch.stop();
    source.release();
  }
}

/** Ends an upload that stands still, and one that takes too long altogether. */
function watchFor(timeouts: Timeouts, callerSignal: AbortSignal | undefined) {
  const tooLong = new AbortController();
  const abort = (): void => tooLong.abort();
  const whole = setTimeout(abort, timeouts.uploadMs);
  const stall = setTimeout(abort, timeouts.uploadStallMs);
  const limits: Limits = {
    signal: callerSignal === undefined ? tooLong.signal : AbortSignal.any([tooLong.signal, callerSignal]),
    endedBy: () => (callerSignal?.aborted ? 'canceled' : tooLong.signal.aborted ? 'timeout' : undefined),
  };
  return {
    limits,
    moved: () => void stall.refresh(),
    stop: () => {
      clearTimeout(whole);
      clearTimeout(stall);
    },
  };
}

/** The source as a stream. Reports each piece taken, and keeps the source's errors apart from the connection's. */
function observed(body: Upload['body'], onTaken: (sentBytes: number) => void) {
  const iterator = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  let sentBytes = 0;
  let failure: unknown;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await iterator.next();
          if (done) return controller.close();
          sentBytes += value.byteLength;
          onTaken(sentBytes);
          // A Buffer may be a window on a pool that its source refills. The connection needs it only until the next
          // pull.
          controller.enqueue(value);
        } catch (error) {
          failure = error;
          controller.error(error);
        }
      },
    },
    // One piece at a time: nothing is read ahead of the connection.
    { highWaterMark: 0 },
  );
  return {
    stream,
    failure: () => failure,
    release: () => {
      // An iterator that was never asked does not close its source, so an upload that was not taken would leave its
      // file open.
      if (body instanceof Readable) body.destroy();
      else void iterator.return?.().catch(() => undefined);
    },
  };
}
