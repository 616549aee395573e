import type { Answer } from '../http/answer.ts';
import type { Secret } from '../http/secret.ts';
import type { StorageHttp } from '../http/storage-http.ts';
import type { CallOptions } from '../http/tfe-http.ts';
import { TfeError } from '../http/tfe-error.ts';

export interface ReadLog extends CallOptions {
  /** In bytes, from 0; frame bytes count. */
  offset: number;
  /** In bytes, at most 1 MiB; that is the default. */
  limit?: number | undefined;
}

export interface ReadLogTail extends CallOptions {
  /** How much of the end is kept. */
  maxBytes: number;
}

const MAX_PIECE_BYTES = 1024 * 1024;
// A log of a gigabyte is a fault in itself, and its first gigabyte shows as much as the rest.
const MAX_PIECES = 1024;
const START_OF_TEXT = 0x02;
const END_OF_TEXT = 0x03;

/** Logs of plans, applies and policy checks; read from blob storage without the token. */
export const createLogs = (storage: StorageHttp) => {
  const exchange = async (logUrl: Secret, { offset, limit, ...options }: ReadLog): Promise<Answer> => {
    const operation = 'read log';
    const answer = await storage.get(operation, logUrl, { limit: limit ?? MAX_PIECE_BYTES, offset }, options);
    if (answer.status < 300) return answer;
    await answer.discard();
    throw new TfeError('unreadable-answer', operation, { status: answer.status, reason: 'redirected' });
  };

  return {
    /**
     * The bytes of a log from `offset` on; none = nothing new. A log begins with the byte 2 while it is written and,
     * once complete, ends with the byte 3. A character may be cut in two at either end.
     */
    read: async (logUrl: Secret, options: ReadLog): Promise<Uint8Array> => {
      const answer = await exchange(logUrl, options);
      return answer.bytes(MAX_PIECE_BYTES);
    },

    /** The end of a log as text without its frame bytes, whole characters only. Memory stays flat whatever the log's length. */
    readTail: async (logUrl: Secret, { maxBytes, signal }: ReadLogTail): Promise<string> => {
      const tail = new Tail(maxBytes);
      for (let pieces = 0; pieces < MAX_PIECES; pieces++) {
        const answer = await exchange(logUrl, { offset: tail.seenBytes, signal });
        let pieceBytes = 0;
        for await (const chunk of answer.chunks()) {
          pieceBytes += chunk.byteLength;
          tail.add(chunk);
        }
        // A server may send smaller pieces than asked for. A larger piece means that it ignores the limit and sent
        // everything.
        if (tail.isComplete() || pieceBytes === 0 || pieceBytes > MAX_PIECE_BYTES) break;
      }
      return tail.text();
    },
  };
};

/** Keeps the last bytes that were added. */
class Tail {
  seenBytes = 0;
  #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    this.seenBytes += chunk.byteLength;
    this.#keptBytes += chunk.byteLength;
    this.#chunks.push(chunk);
    while (this.#keptBytes - (this.#chunks[0]?.byteLength ?? 0) >= this.#maxBytes && this.#chunks.length > 1) {
      this.#keptBytes -= this.#chunks.shift()?.byteLength ?? 0;
    }
  }

  /** Whether the log has ended with its end mark. */
  isComplete(): boolean {
    return this.#chunks.at(-1)?.at(-1) === END_OF_TEXT;
  }

  text(): string {
    const kept = Buffer.concat(this.#chunks);
    const framed = kept.filter((byte) => byte !== START_OF_TEXT && byte !== END_OF_TEXT);
    const start = Math.max(0, framed.byteLength - this.#maxBytes);
    const bytes = framed.subarray(startOfCharacter(framed, start));
    // With `stream`, an incomplete last character is left out instead of replaced.
    return new TextDecoder().decode(bytes, { stream: true });
  }
}

// The bytes of a UTF-8 character after its first look like 10xxxxxx; there are at most three.
function startOfCharacter(bytes: Uint8Array, start: number): number {
  if (start === 0) return 0;
  let at = start;
  while (at < start + 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}
