import { percentile, type Sample } from './measure.ts';

/** One invocation of the benchmark. */
export interface Report {
  /** ISO 8601. */
  readonly at: string;
  readonly machine: string;
  /** Of each client. */
  readonly runs: number;
  readonly runwright: readonly (Sample & { readonly historyEvents: number })[];
  readonly plain: readonly Sample[];
  /** What became of a run whose creation was answered by nobody. */
  readonly lostAnswer: { readonly runwright: LostAnswer; readonly plain: LostAnswer };
}

export interface LostAnswer {
  readonly ending: string;
  readonly runsCreated: number;
  readonly totalMs: number;
}

/** What Runwright is to reach by polling alone, without webhooks. */
const TARGETS = { ownDelayP50Ms: 1_500, requests: 22, historyEvents: 70 } as const;
const LABEL_COLUMNS = 34;
const FIGURE_COLUMNS = 18;

/** The table, in 80 columns. */
export function describeReport(report: Report): string {
  const { runwright, plain, lostAnswer } = report;
  const seconds = (samples: readonly Sample[], of: keyof Sample): string => {
    const values = samples.map((sample) => Number(sample[of]) / 1000);
    return `${percentile(values, 0.5).toFixed(2)} (${percentile(values, 0.9).toFixed(2)}) s`;
  };
  const most = (values: readonly number[]): string => `${Math.max(...values)}`;
  const timed = (label: string, of: keyof Sample): string => row(label, seconds(runwright, of), seconds(plain, of));
  const events = runwright.map(({ historyEvents }) => historyEvents);
  const requests = runwright.map((sample) => sample.requests);
  const ownP50 = percentile(
    runwright.map(({ ownDelayMs }) => ownDelayMs),
    0.5,
  );
  return [
    `${report.runs} approved runs each, median (90th percentile); ${report.machine}`,
    '',
    row('', 'Runwright', 'plain client'),
    timed('total', 'totalMs'),
    timed("TFE's own time", 'tfeMs'),
    timed('own delay', 'ownDelayMs'),
    timed('  planned → apply request', 'plannedToApplyMs'),
    timed('  applied → outcome in hand', 'appliedToKnownMs'),
    row('requests to TFE, most', most(requests), most(plain.map((sample) => sample.requests))),
    row('history events, most', most(events), '–'),
    '',
    'The answer to POST /runs is lost once:',
    row('runs created', `${lostAnswer.runwright.runsCreated}`, `${lostAnswer.plain.runsCreated}`),
    row('ends as', lostAnswer.runwright.ending, lostAnswer.plain.ending),
    row('after', duration(lostAnswer.runwright), duration(lostAnswer.plain)),
    '',
    verdict(`own delay p50 < ${TARGETS.ownDelayP50Ms} ms`, ownP50, TARGETS.ownDelayP50Ms - 1),
    verdict(`requests ≤ ${TARGETS.requests}`, Math.max(...requests), TARGETS.requests),
    verdict(`history events ≤ ${TARGETS.historyEvents}`, Math.max(...events), TARGETS.historyEvents),
    '',
  ].join('\n');
}

const row = (label: string, ours: string, theirs: string): string =>
  `${label.padEnd(LABEL_COLUMNS)}${ours.padStart(FIGURE_COLUMNS)}${theirs.padStart(FIGURE_COLUMNS)}`;

const duration = ({ totalMs }: LostAnswer): string => `${(totalMs / 1000).toFixed(1)} s`;

const verdict = (target: string, reached: number, limit: number): string =>
  `${reached <= limit ? '✔' : '✘'} ${target}: ${reached}`;
