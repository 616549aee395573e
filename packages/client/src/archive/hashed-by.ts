import type { Hash } from 'node:crypto';

/** A step of a pipeline that lets everything through and feeds it to `hash`. */
export const hashedBy = (hash: Hash) =>
  async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
