import type { PackedSoFar } from '../archive/index.ts';
import { countOf } from '../domain/count-of.ts';
import type { Output } from './cli-deps.ts';
import { describeBytes } from './describe-bytes.ts';
import { columnsOf, fit, plain } from './writing.ts';

/** Shows that a directory is being packed, where that takes long enough to be asked about. */
export interface PackingProgress {
  show(sofar: PackedSoFar): void;
  /** Ends the display; nothing of the moving line stays. */
  stop(): void;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
// Often enough to see that it goes on, seldom enough for the log of a pipeline.
const PLAIN_LINE_EVERY_MS = 10_000;
const CLEAR_LINE = '\r\u001B[2K';

/** One line that moves on a terminal, a plain line every ten seconds elsewhere. Most directories are packed before either. */
export function createPackingProgress(out: Output, directory: string): PackingProgress {
  let latest: PackedSoFar | undefined;
  let frame = 0;
  const text = (): string => describePacking(plain(directory), latest);
  const draw = (): void => {
    const sign = ` ${SPINNER[frame++ % SPINNER.length]} `;
    out.write(`${CLEAR_LINE}${sign}${fit(text(), columnsOf(out) - sign.length)}`);
  };
  const timer = out.isTTY
    ? setInterval(draw, FRAME_MS)
    : setInterval(() => out.write(`${text()}\n`), PLAIN_LINE_EVERY_MS);
  return {
    show: (sofar) => (latest = sofar),
    stop: () => {
      clearInterval(timer);
      if (frame > 0) out.write(CLEAR_LINE);
      frame = 0;
    },
  };
}

/** What moves stands first: a narrow terminal cuts the end. */
function describePacking(directory: string, sofar: PackedSoFar | undefined): string {
  if (sofar === undefined) return `packing ${directory}`;
  const { files, bytes, ofFiles, ofBytes } = sofar;
  if (files === ofFiles) return `storing ${describeBytes(ofBytes)} of ${directory}, packed`;
  const [done, all] = [describeBytes(bytes), describeBytes(ofBytes)];
  return `packing ${done} of ${all}, ${files} of ${countOf(ofFiles, 'file')} of ${directory}`;
}
