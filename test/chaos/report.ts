import type { CheckedInvariant, RunInTfe, Violation, Witnessed } from '../support/invariants/evidence.ts';
import { requestOfRun, requestsIn } from '../support/invariants/runs-of.ts';
import type { Mischief } from './mischief.ts';
import type { PlainOutcome } from './plain-clients.ts';
import type { DrivenRequest } from './requests.ts';

export interface ChaosOutcome {
  readonly seed: number;
  readonly minutes: number;
  readonly requests: readonly DrivenRequest[];
  readonly runs: readonly RunInTfe[];
  readonly journal: readonly Witnessed[];
  readonly mischief: Mischief;
  readonly violations: readonly Violation[];
  readonly plain: PlainOutcome | undefined;
}

/** I5 is asked where a budget is declared: test/faults/request-budget.test.ts. */
const IN_CHAOS: readonly CheckedInvariant[] = ['I1', 'I2', 'I3', 'I4', 'I6', 'I8'];

/** The table of counts and invariants, as Markdown. */
export function describeChaos(outcome: ChaosOutcome): string {
  const { seed, requests, runs, mischief, violations, plain, minutes } = outcome;
  const { crashes } = mischief;
  const struck = requestsIn(outcome).filter(({ fault }) => fault !== null).length;
  const counts: [string, string | number][] = [
    ['requests', `${requests.length} (${tally(requests.map(({ intent }) => intent))})`],
    ['what they ask for', tally(requests.map(({ shape }) => shape))],
    ['ended', endings(requests)],
    ['runs in TFE', `${runs.length} (${tally(runs.map(({ status }) => status))})`],
    ['faults set / requests struck', `${mischief.faults} / ${struck}`],
    ['kill -9', `worker ${crashes.worker}, Temporal ${crashes.Temporal}, TFE ${crashes.TFE}`],
    ['outages, people set to act in TFE', `${mischief.outages}, ${mischief.peopleActing}`],
    ['operators in Temporal', tally(requests.map(({ operation }) => operation))],
    ['pauses of all applies, passes of the reaper meanwhile', `${mischief.pauses}, ${mischief.passesOfTheReaper}`],
    ...doubts(outcome),
  ];
  return [
    `### Chaos, seed ${seed} (${minutes.toFixed(1)} min)`,
    '',
    '| | |',
    '|---|---|',
    ...counts.map(([name, value]) => `| ${name} | ${value} |`),
    ...IN_CHAOS.map((invariant) => `| ${invariant} | ${verdict(violations, invariant)} |`),
    ...(plain ? [`| a plain polling client, lost answers and 5xx alone | ${describePlain(plain)} |`] : []),
    '',
    ...violations.map(({ invariant, subject, what }) => `- ${invariant}: ${subject}: ${what}`),
  ].join('\n');
}

function doubts({ journal, requests, runs }: ChaosOutcome): [string, number][] {
  const lost = requestsIn({ journal }).filter(({ route, answered }) => route === 'POST /runs' && !isAnswer(answered));
  const perRequest = requests.map(({ workflowId }) => runs.filter((run) => requestOfRun(run) === workflowId).length);
  return [
    ['creates in doubt (no usable answer)', lost.length],
    [
      'of these, TFE had created the run: a blind repeat would have made a second one',
      lost.filter((one) => one.committed).length,
    ],
    ['second runs that were made all the same, and ended unapplied', perRequest.filter((count) => count > 1).length],
  ];
}

const isAnswer = (answered: number | string | undefined): boolean => typeof answered === 'number' && answered < 500;

const verdict = (violations: readonly Violation[], invariant: string): string => {
  const count = violations.filter((violation) => violation.invariant === invariant).length;
  return count === 0 ? 'held' : `**broken ${count} times**`;
};

const endings = (requests: readonly DrivenRequest[]): string =>
  tally(
    requests.map(({ ending }) => {
      if (ending === undefined) return 'not at all';
      if (ending.kind === 'completed') return ending.result.outcome;
      return ending.kind === 'failed' ? ending.type : ending.kind;
    }),
  );

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

const describePlain = ({ runs, runsCreated, duplicates, applied, lost, leftBehind, faults, reasons }: PlainOutcome) =>
  `${runs} asked for, ${runsCreated} created (${duplicates} duplicates), ${applied} applied, ${lost} lost (${tally(reasons)}), ${leftBehind} left non-final; ${faults} faults`;

/** What is kept in the repository: where it comes from, and a row for each seed. */
export function reportOfSeeds(
  outcomes: readonly ChaosOutcome[],
  { commit, runs }: { readonly commit: string; readonly runs: number },
): string {
  const rows = outcomes.map((outcome) => {
    const { seed, minutes, requests, mischief, violations } = outcome;
    const { crashes } = mischief;
    const doubted = doubts(outcome).map(([, count]) => count);
    const struck = requestsIn(outcome).filter(({ fault }) => fault !== null).length;
    const operated = requests.filter(({ operation }) => operation !== 'nothing').length;
    const broken = IN_CHAOS.filter((invariant) => violations.some((one) => one.invariant === invariant));
    return [
      ...[seed, minutes.toFixed(1), requests.length, endings(requests), struck],
      `${crashes.worker}, ${crashes.Temporal}, ${crashes.TFE}`,
      ...[operated, doubted.join(', '), broken.length === 0 ? 'held' : `**broken: ${broken.join(', ')}**`],
    ].join(' | ');
  });
  return [
    '# Chaos: the last report',
    '',
    `Made by \`npm run chaos -- --seeds ${outcomes[0]?.seed}-${outcomes.at(-1)?.seed} --runs ${runs} --report docs/chaos-report.md\` at commit ${commit}.`,
    'What it does and what the promises are: [reliability](reliability.md).',
    '',
    `| seed | min | requests | ended | requests struck by a fault | \`kill -9\` of worker, Temporal, TFE | operated on in Temporal | creates in doubt, of these created, second runs | ${IN_CHAOS.join(' ')} |`,
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
    ...outcomes.flatMap(({ seed, violations }) =>
      violations.map(({ invariant, subject, what }) => `- seed ${seed}: ${invariant}: ${subject}: ${what}`),
    ),
  ].join('\n');
}
