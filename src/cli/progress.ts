import type { RequestView } from '../client/index.ts';
import type { Output } from './cli-deps.ts';
import { describeTook, stepsOf, type Step } from './run-steps.ts';
import { colorsOf, columnsOf, fit, wrap } from './writing.ts';

/** Shows the steps of a request while they happen: one line each, the last one alive on a terminal. */
export interface Progress {
  show(view: RequestView): void;
  /** A line of its own about the following itself. */
  note(line: string): void;
  /** Ends the display; the last state stays. */
  stop(): void;
}

const NAME_COLUMNS = 15;
const TOOK_COLUMNS = 12;
const BELOW_COLUMNS = 6;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const CLEAR_LINE = '\r\u001B[2K';

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
      // Without its time, which would make it news every time.
      const line = current === undefined ? '' : wholeLines(out, { ...current, tookMs: undefined }, ' · ').join('\n');
      if (line !== '' && line !== active) out.write(`${line}\n`);
      active = line;
    },
    note: (line) => out.write(`   ${line}\n`),
    stop: () => {},
  };
}

function liveProgress(out: Output, now: () => number): Progress {
  const printed = new Set<string>();
  let latest: RequestView | undefined;
  let frame = 0;
  let shown = '';
  const draw = (): void => {
    if (latest === undefined) return;
    const steps = stepsOf(latest, now());
    const current = steps.find(isUnderWay);
    const sign = current?.mark === 'waiting' ? '●' : SPINNER[frame++ % SPINNER.length];
    const line = current === undefined ? '' : liveLine(out, current, ` ${sign} `);
    const isOld = ({ id }: Step): boolean => printed.has(id);
    if (line === shown && overSteps(steps).every(isOld)) return;
    out.write(CLEAR_LINE);
    printOnce(out, steps, printed);
    out.write(line);
    shown = line;
  };
  const timer = setInterval(draw, FRAME_MS);
  return {
    show: (view) => {
      latest = view;
      draw();
    },
    note: (line) => {
      out.write(`${CLEAR_LINE}   ${line}\n${shown}`);
    },
    stop: () => {
      clearInterval(timer);
      if (shown !== '') out.write('\n');
      shown = '';
    },
  };
}

const isUnderWay = ({ mark }: Step): boolean => mark === 'active' || mark === 'waiting';
const overSteps = (steps: readonly Step[]): Step[] => steps.filter((step) => !isUnderWay(step));

/** What is over is printed once, whatever a later view tells of it: with the worker gone a view knows less. */
function printOnce(out: Output, steps: readonly Step[], printed: Set<string>): void {
  for (const step of overSteps(steps)) {
    if (printed.has(step.id)) continue;
    printed.add(step.id);
    writeStep(out, step, ' ✔ ');
  }
}

function writeStep(out: Output, step: Step, doneSign: string): void {
  const indent = ' '.repeat(BELOW_COLUMNS);
  const lines = [
    ...wholeLines(out, step, step.mark === 'bad' ? ' ✘ ' : doneSign),
    ...step.below.flatMap((line) => wrap(line, columnsOf(out) - BELOW_COLUMNS).map((part) => indent + part)),
  ];
  for (const line of lines) out.write(`${line}\n`);
}

/** " ✔ planned        run-Qm41…  +2 ~0 -0                        0.7 s", cut where it would wrap: it is drawn over itself. */
function liveLine(out: Output, step: Step, sign: string): string {
  const { columns, ...parts } = partsOf(out, step, sign);
  return joined(parts, fit(step.text, columns).padEnd(columns));
}

/** The same as it stays on the screen: what does not fit goes on below, because the end of a sentence says what to do. */
function wholeLines(out: Output, step: Step, sign: string): string[] {
  const { columns, ...parts } = partsOf(out, step, sign);
  const [first = '', ...more] = wrap(step.text, columns);
  const indent = ' '.repeat(sign.length + NAME_COLUMNS + 1);
  return [joined(parts, first.padEnd(columns)), ...more.map((line) => indent + line)];
}

interface LineParts {
  sign: string;
  name: string;
  took: string;
}

const joined = ({ sign, name, took }: LineParts, text: string): string => `${sign}${name} ${text}${took}`.trimEnd();

function partsOf(out: Output, step: Step, sign: string): LineParts & { columns: number } {
  const color = colorsOf(out);
  const took = describeTook(step);
  const paint = step.mark === 'bad' ? color.red : step.mark === 'done' ? color.green : color.yellow;
  return {
    sign: paint(sign),
    name: step.name.padEnd(NAME_COLUMNS),
    took: took === '' ? '' : color.dim(took.padStart(TOOK_COLUMNS)),
    columns: columnsOf(out) - sign.length - NAME_COLUMNS - 1 - (took === '' ? 0 : TOOK_COLUMNS),
  };
}

/** The whole story at once, as lines. */
export function storyLines(out: Output, view: RequestView, nowMs: number): string[] {
  const lines: string[] = [];
  const collector: Output = {
    ...out,
    isTTY: out.isTTY,
    columns: out.columns,
    write: (text) => lines.push(text.trimEnd()),
  };
  for (const step of stepsOf(view, nowMs)) {
    if (isUnderWay(step)) lines.push(...wholeLines(out, step, ' ● '));
    else writeStep(collector, step, ' ✔ ');
  }
  return lines;
}
