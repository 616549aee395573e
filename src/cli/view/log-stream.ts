import { setTimeout as pause } from 'node:timers/promises';

/** Reads a piece of a log; an empty one means "nothing new". */
export type ReadLogPiece = (offset: number) => Promise<Uint8Array>;

// TFE frames a log with these bytes, and the offset counts them.
const START_OF_TEXT = 0x02;
const END_OF_TEXT = 0x03;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2_000;

/**
 * The text of a log while it is written, until its end mark. A server without marks shows no end, so we then ask
 * `isOver` whenever nothing new came.
 */
export async function* streamLog(
  read: ReadLogPiece,
  isOver: () => Promise<boolean>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(); // keeps a character that was cut in two
  let offset = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let isLastLook = false;
  for (;;) {
    const piece = await read(offset);
    if (piece.length === 0) {
      if (isLastLook) return;
      // Read once more after the end: the last piece may have been written in between.
      if (await isOver()) isLastLook = true;
      else await pause((pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)));
      continue;
    }
    offset += piece.length;
    pauseMs = FIRST_PAUSE_MS;
    const ended = piece.at(-1) === END_OF_TEXT;
    const text = decoder.decode(
      piece.filter((byte) => byte !== START_OF_TEXT && byte !== END_OF_TEXT),
      { stream: !ended },
    );
    if (text !== '') yield text;
    if (ended) return;
  }
}
