import { isDeepStrictEqual } from 'node:util';
import type { RequestView } from '@runwright/client';
import type { Output } from '../cli-deps.ts';
import { describeTook, stepsOf, type Step } from '../view/run-steps.ts';
import {
  clearLine,
  columnsOf,
  endLine,
  fit,
  padded,
  painted,
  drawLine,
  wrap,
  writeLines,
  type Line,
  type Painted,
} from './writing.ts';

/** Shows the steps of a request while they happen: one line each, the last one alive on a terminal. */
export interface Progress {
  show(view: RequestView): void;
  /** Writes a line about the following itself. */
  note(line: string): void;
  /** Ends the display; the last state stays. */
  stop(): void;
}

const NAME_COLUMNS = 15;
const TOOK_COLUMNS = 12;
const BELOW_COLUMNS = 6;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** A spinner on a terminal, plain lines elsewhere. */
export function createProgress(out: Output, now: () => number): Progress {
  return out.isTTY ? liveProgress(out, now) : plainProgress(out, now);
}

function plainProgress(out: Output, now: () => number): Progress {
  const printed = new Set<string>();
  let active = '';
  return {
    show: (view) => {
      const steps = stepsOf(view, now());
      printOnce(out, steps, printed);
      const current = steps.find(isUnderWay);
      // Without the time taken, which alone would make every view news.
      const lines = current === undefined ? [] : wholeLines(out, { ...current, tookMs: undefined }, ' · ');
      if (JSON.stringify(lines) !== active) writeLines(out, lines);
      active = JSON.stringify(lines);
    },
    note: (line) => writeLines(out, [`   ${line}`]),
    stop: () => {},
  };
}

function liveProgress(out: Output, now: () => number): Progress {
  const printed = new Set<string>();
  let latest: RequestView | undefined;
  let frame = 0;
  let shown: Line = '';
  const draw = (): void => {
    if (latest === undefined) return;
    const steps = stepsOf(latest, now());
    const current = steps.find(isUnderWay);
    const sign = current?.mark === 'waiting' ? '●' : SPINNER[frame++ % SPINNER.length];
    const line: Line = current === undefined ? '' : liveLine(out, current, ` ${sign} `);
    const isOld = ({ id }: Step): boolean => printed.has(id);
    if (isDeepStrictEqual(line, shown) && overSteps(steps).every(isOld)) return;
    clearLine(out);
    printOnce(out, steps, printed);
    drawLine(out, line);
    shown = line;
  };
  const timer = setInterval(draw, FRAME_MS);
  return {
    show: (view) => {
      latest = view;
      draw();
    },
    note: (line) => {
      clearLine(out);
      writeLines(out, [`   ${line}`]);
      drawLine(out, shown);
    },
    stop: () => {
      clearInterval(timer);
      if (shown !== '') endLine(out);
      shown = '';
    },
  };
}

const isUnderWay = ({ mark }: Step): boolean => mark === 'active' || mark === 'waiting';
const overSteps = (steps: readonly Step[]): Step[] => steps.filter((step) => !isUnderWay(step));

/** Prints a finished step once, whatever a later view says of it: without a worker, a view knows less. */
function printOnce(out: Output, steps: readonly Step[], printed: Set<string>): void {
  for (const step of overSteps(steps)) {
    if (printed.has(step.id)) continue;
    printed.add(step.id);
    writeLines(out, stepLines(out, step));
  }
}

function stepLines(out: Output, step: Step): Line[] {
  const indent = ' '.repeat(BELOW_COLUMNS);
  return [
    ...wholeLines(out, step, step.mark === 'bad' ? ' ✘ ' : ' ✔ '),
    ...step.below.flatMap((line) => wrap(line, columnsOf(out) - BELOW_COLUMNS).map((part) => indent + part)),
  ];
}

/**
 * " ✔ planned        run-Qm41…  +2 ~0 -0                        0.7 s". Cut to one line, because it is redrawn in
 * place.
 */
function liveLine(out: Output, step: Step, sign: string): Line {
  const parts = partsOf(out, step, sign);
  return joined(parts, fit(step.text, parts.columns));
}

/** The same when it stays on the screen. Long text wraps, because the end of a sentence says what to do. */
function wholeLines(out: Output, step: Step, sign: string): Line[] {
  const parts = partsOf(out, step, sign);
  const [first = '', ...more] = wrap(step.text, parts.columns);
  const indent = ' '.repeat(sign.length + NAME_COLUMNS + 1);
  return [joined(parts, first), ...more.map((line) => indent + line)];
}

interface LineParts {
  sign: Painted;
  name: string;
  took: string;
  columns: number;
}

/** Leaves out trailing blanks. */
function joined({ sign, name, took, columns }: LineParts, text: string): Line {
  if (took !== '') return [sign, `${name} ${padded(text, columns)}`, painted('dim', took)];
  return [sign, `${name} ${text}`.trimEnd()];
}

function partsOf(out: Output, step: Step, sign: string): LineParts {
  const took = describeTook(step);
  return {
    sign: painted(step.mark === 'bad' ? 'red' : step.mark === 'done' ? 'green' : 'yellow', sign),
    name: step.name.padEnd(NAME_COLUMNS),
    took: took === '' ? '' : took.padStart(TOOK_COLUMNS),
    columns: columnsOf(out) - sign.length - NAME_COLUMNS - 1 - (took === '' ? 0 : TOOK_COLUMNS),
  };
}

/** Everything so far at once, as lines. */
export const storyLines = (out: Output, view: RequestView, nowMs: number): Line[] =>
  stepsOf(view, nowMs).flatMap((step) => (isUnderWay(step) ? wholeLines(out, step, ' ● ') : stepLines(out, step)));
