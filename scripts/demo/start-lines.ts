import type { Output } from '../../src/cli/cli-deps.ts';
import { clearLine, columnsOf, fit, painted, redrawLine, writeLines } from '../../src/cli/terminal/writing.ts';
import { describeDuration } from '../../src/cli/view/duration.ts';
import type { PartReady, StackPart } from '../../src/stack/runwright-stack.ts';

/** The parts of the stack as they become ready: a line each, and on a terminal one that is alive until all are there. */
export interface StartLines {
  ready(part: PartReady): void;
  stop(): void;
}

const PARTS: readonly StackPart[] = ['Temporal', 'local TFE', 'worker'];
const NAME_COLUMNS = 15;
const WHERE_COLUMNS = 24;
const TOOK_COLUMNS = 8;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

export function createStartLines(out: Output): StartLines {
  const awaited = new Set(PARTS);
  let frame = 0;
  const draw = (): void => {
    const sign = painted('yellow', ` ${SPINNER[frame++ % SPINNER.length]} `);
    redrawLine(out, [sign, `${'starting'.padEnd(NAME_COLUMNS)} ${[...awaited].join(', ')}`]);
  };
  const timer = out.isTTY ? setInterval(draw, FRAME_MS) : undefined;
  const stop = (): void => {
    clearInterval(timer);
    if (out.isTTY) clearLine(out);
  };
  return {
    ready: (part) => {
      awaited.delete(part.part);
      if (out.isTTY) clearLine(out);
      writeNamedLine(out, part.part, `${part.where.padEnd(WHERE_COLUMNS)} (${part.what})`, part.startedInMs);
      if (awaited.size === 0) stop();
    },
    stop,
  };
}

/** " ✔ local TFE       http://127.0.0.1:40123   (terraform 1.11.4)        0.9 s" */
export function writeNamedLine(out: Output, name: string, text: string, tookMs: number): void {
  const took = describeDuration(tookMs).padStart(TOOK_COLUMNS);
  const columns = columnsOf(out) - ' ✔ '.length - NAME_COLUMNS - 1 - TOOK_COLUMNS;
  const words = `${name.padEnd(NAME_COLUMNS)} ${fit(text, columns).padEnd(columns)}`;
  writeLines(out, [[painted('green', ' ✔ '), words, painted('dim', took)]]);
}
