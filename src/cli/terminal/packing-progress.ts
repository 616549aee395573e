import type { PackedSoFar } from '@runwright/client/archive';
import { countOf } from '@runwright/client/domain';
import type { Output } from '../cli-deps.ts';
import { describeBytes } from '../view/describe-bytes.ts';
import { clearLine, columnsOf, fit, redrawLine, writeLines } from './writing.ts';

/** Shows that a directory is being packed, if that takes long enough for people to wonder. */
export interface PackingProgress {
  show(sofar: PackedSoFar): void;
  /** Ends the display and clears the moving line. */
  stop(): void;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
// Often enough to show progress, seldom enough for the log of a pipeline.
const PLAIN_LINE_EVERY_MS = 10_000;

/**
 * One moving line on a terminal, elsewhere a plain line every ten seconds. Most directories are packed before either
 * appears.
 */
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

/** The changing part comes first, because a narrow terminal cuts the end. */
function describePacking(directory: string, sofar: PackedSoFar | undefined): string {
  if (sofar === undefined) return `packing ${directory}`;
  const { files, bytes, ofFiles, ofBytes } = sofar;
  if (files === ofFiles) return `storing ${describeBytes(ofBytes)} of ${directory}, packed`;
  const [done, all] = [describeBytes(bytes), describeBytes(ofBytes)];
  return `packing ${done} of ${all}, ${files} of ${countOf(ofFiles, 'file')} of ${directory}`;
}
