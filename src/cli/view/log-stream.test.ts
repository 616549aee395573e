import { describe, expect, it } from '@jest/globals';
import { streamLog } from './log-stream.ts';

/** A log that grows by one piece with every look that found nothing new. */
function growingLog(...pieces: Uint8Array[]) {
  const whole = Buffer.concat(pieces);
  let written = 0;
  let looks = 0;
  return {
    read: async (offset: number) => {
      looks += 1;
      const piece = whole.subarray(offset, written);
      if (piece.length === 0) written += pieces.shift()?.length ?? 0;
      return new Uint8Array(piece);
    },
    isOver: async () => pieces.length === 0 && written === whole.length,
    looks: () => looks,
  };
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function readAll(log: ReturnType<typeof growingLog>): Promise<string> {
  let text = '';
  for await (const piece of streamLog(log.read, log.isOver)) text += piece;
  return text;
}

describe('a streamed log', () => {
  it('ends with its end mark, which is not shown', async () => {
    expect(await readAll(growingLog(bytes('\u0002hello\n'), bytes('world\n\u0003')))).toBe('hello\nworld\n');
  });

  it('ends with its run where the server sends no marks', async () => {
    expect(await readAll(growingLog(bytes('hello\n')))).toBe('hello\n');
  });

  it('puts together a character that two pieces share', async () => {
    const [first, second] = [bytes('é').subarray(0, 1), bytes('é').subarray(1)];

    expect(await readAll(growingLog(first, Buffer.concat([second, bytes('\u0003')])))).toBe('é');
  });

  it('of a run that wrote nothing is empty', async () => {
    expect(await readAll(growingLog())).toBe('');
  });
});
