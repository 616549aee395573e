import type { Limits } from './limits.ts';
import { TfeError } from './tfe-error.ts';
import type { TfeErrorReason } from './tfe-error.ts';

/** A status with a body that can be read once. Reading rejects with `unreadable-answer` and nothing else. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body as UTF-8; a longer one rejects with reason `too-long` and is not read further. */
  text(maxBytes: number): Promise<string>;
  bytes(maxBytes: number): Promise<Uint8Array>;
  /** The body as it comes, of any length. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Reads an unwanted body to its end, which frees the connection. Never rejects. */
  discard(): Promise<void>;
}

// Up to this size we read an unwanted body to keep the connection; a longer one costs the connection.
const MAX_DISCARDED_BYTES = 65_536;

export function createAnswer(operation: string, response: Response, limits: Limits): Answer {
  const { status, headers, body } = response;
  const unreadable = (reason: TfeErrorReason): TfeError =>
    new TfeError('unreadable-answer', operation, { status, reason });

  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* body ?? [];
    } catch {
      throw unreadable(limits.endedBy() ?? 'half-answer');
    }
  }

  const bytes = async (maxBytes: number): Promise<Uint8Array> => {
    const read: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of chunks()) {
      length += chunk.byteLength;
      if (length > maxBytes) throw unreadable('too-long');
      read.push(chunk);
    }
    return Buffer.concat(read);
  };

  return {
    status,
    headers,
    bytes,
    chunks,
    text: async (maxBytes) => new TextDecoder().decode(await bytes(maxBytes)),
    discard: async () => {
      await bytes(MAX_DISCARDED_BYTES).catch(() => undefined);
    },
  };
}
