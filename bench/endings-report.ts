import { percentile } from './measure.ts';

export const HOW = ['canceled', 'rejected', 'expired'] as const;
export type How = (typeof HOW)[number];

/** One run that ended while the others waited. */
export interface EndingSample {
  readonly how: How;
  /** From the call that asks for it until TFE's own end; a deadline passes by itself. */
  readonly askedToEndedMs?: number;
  /** From TFE's own end until the ending was in the caller's hand. */
  readonly endedToKnownMs: number;
  /** About this run, since it was asked for. */
  readonly requests?: number;
}

/** One invocation of `npm run bench -- endings`. */
export interface EndingsReport {
  /** ISO 8601. */
  readonly at: string;
  readonly machine: string;
  readonly waiting: number;
  readonly samples: readonly EndingSample[];
  /** Until each of the others was looked at once more. */
  readonly roundMs: number;
}

const KNOWN_WITHIN_MS = 5_000;
const MOST_REQUESTS = 3;
const LABEL_COLUMNS = 35;
const FIGURE_COLUMNS = 15;

/** The table, in 80 columns, and whether the targets are kept. */
export function describeEndings(report: EndingsReport): { readonly text: string; readonly isKept: boolean } {
  const { waiting, samples, roundMs, machine } = report;
  const figures = (of: (sample: EndingSample) => number | undefined, show: (values: readonly number[]) => string) =>
    HOW.map((how) => {
      const values = samples.filter((sample) => sample.how === how).flatMap((sample) => of(sample) ?? []);
      return values.length === 0 ? '–' : show(values);
    });
  const slowest = Math.max(...samples.map(({ endedToKnownMs }) => endedToKnownMs));
  const most = Math.max(...samples.map(({ requests = 0 }) => requests));
  const targets = [
    {
      name: `known within ${KNOWN_WITHIN_MS / 1_000} s of TFE's own end, ms`,
      reached: slowest,
      limit: KNOWN_WITHIN_MS,
    },
    { name: `requests ≤ ${MOST_REQUESTS}`, reached: most, limit: MOST_REQUESTS },
  ];
  const text = [
    `${waiting} runs wait for people on one worker; median (slowest) of ${samples.length / HOW.length} each;`,
    machine,
    '',
    row('', HOW),
    row(
      'asked for → ended in TFE',
      figures(({ askedToEndedMs }) => askedToEndedMs, seconds),
    ),
    row(
      'ended in TFE → ending in hand',
      figures(({ endedToKnownMs }) => endedToKnownMs, seconds),
    ),
    row(
      'requests about the run, most',
      figures(
        ({ requests }) => requests,
        (values) => `${Math.max(...values)}`,
      ),
    ),
    '',
    `A look at each of the others took ${(roundMs / 1_000).toFixed(0)} s: an ending would wait so long.`,
    '',
    ...targets.map(({ name, reached, limit }) => `${reached <= limit ? '✔' : '✘'} ${name}: ${reached}`),
    '',
  ].join('\n');
  return { text, isKept: targets.every(({ reached, limit }) => reached <= limit) };
}

const seconds = (values: readonly number[]): string =>
  `${(percentile(values, 0.5) / 1_000).toFixed(2)} (${(Math.max(...values) / 1_000).toFixed(2)}) s`;

const row = (label: string, figures: readonly string[]): string =>
  `${label.padEnd(LABEL_COLUMNS)}${figures.map((figure) => figure.padStart(FIGURE_COLUMNS)).join('')}`;
