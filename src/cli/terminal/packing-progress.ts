import type { PackedSoFar } from '@runwright/client/archive';
import { countOf } from '@runwright/client/domain';
import type { Output } from '../cli-deps.ts';
import { describeBytes } from '../view/describe-bytes.ts';
import { clearLine, columnsOf, fit, redrawLine, writeLines } from './writing.ts';

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

/** One line that moves on a terminal, a plain line every ten seconds elsewhere. Most directories are packed before either. */
export function createPackingProgress(out: Output, directory: string): PackingProgress {
  let latest: PackedSoFar | undefined;
  let frame = 0;
  const text = (): string => describePacking(directory, latest);
  const draw = (): void => {
    const sign = ` ${SPINNER[frame++ % SPINNER.length]} `;
    redrawLine(out, `${sign}${fit(text(), columnsOf(out) - sign.length)}`);
  };
  const timer = out.isTTY
    ? setInterval(draw, FRAME_MS)
    : setInterval(() => writeLines(out, [text()]), PLAIN_LINE_EVERY_MS);
  return {
    show: (sofar) => (latest = sofar),
    stop: () => {
      clearInterval(timer);
      if (frame > 0) clearLine(out);
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
