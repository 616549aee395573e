import type { FaultName, FaultRequest } from '../../../packages/local-tfe/src/control/faults.ts';
import { LIST, READ_RUN } from '../../support/request-ledger.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { SECOND_EVENTS, type SecondEvent } from './second-events.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

/** What becomes of the worker: killed when the fault strikes, alone or with TFE going away for a moment; or at a moment of its own. */
export type WorkerFate = 'lives' | 'killed' | 'killed with TFE' | 'dies before it sends' | 'dies before it reports';

export interface Case {
  readonly target: Target;
  readonly fault: FaultName | 'none';
  /** Until lifted: it strikes whatever comes until the second event has happened, or it has struck a few times. */
  readonly lasts: 'once' | 'until lifted';
  readonly worker: WorkerFate;
  readonly event?: SecondEvent;
  /** A second fault, on another route. */
  readonly besides?: FaultRequest;
}

const OF_BOTH: readonly FaultName[] = [
  'drop-before-commit',
  'reset-before-commit',
  'silence-before-commit',
  'error-before-commit',
  'half-body',
  'rate-limited',
  'rate-limited-html',
  'not-found',
  'token-revoked',
  'slow',
];
const OF_WRITES: readonly FaultName[] = [
  'drop-after-commit',
  'reset-after-commit',
  'silence-after-commit',
  'error-after-commit',
  'late-commit',
];

/** Faults after which nothing was done, and which say so for good. */
export const REFUSALS: readonly FaultName[] = ['not-found', 'token-revoked'];

/** {each write, wait and read} × {each fault} × {worker killed when it strikes, or not}. */
const SINGLE: readonly Case[] = TARGETS.flatMap((target) => {
  const own: FaultName[] = [];
  if (target.kind === 'write') own.push(...OF_WRITES);
  if (target.match.includes('/actions/')) own.push('stale-reads');
  if (target.name === 'look-up of a lost run') own.push('list-lag');
  return [...OF_BOTH, ...own].flatMap((fault) =>
    (['lives', 'killed'] as const).map((worker): Case => ({ target, fault, lasts: 'once', worker })),
  );
});

/** In flight, in doubt, waiting for a rate limit, and refused or unanswered for as long as it takes. */
const MOMENTS: readonly Pick<Case, 'fault' | 'lasts'>[] = [
  { fault: 'slow', lasts: 'once' },
  { fault: 'rate-limited', lasts: 'once' },
  { fault: 'error-before-commit', lasts: 'until lifted' },
];
const MOMENTS_OF_WRITES: readonly Pick<Case, 'fault' | 'lasts'>[] = [
  { fault: 'drop-after-commit', lasts: 'once' },
  { fault: 'late-commit', lasts: 'once' },
];

/** {each moment of each} × {each second event}. */
const SECOND: readonly Case[] = TARGETS.flatMap((target) =>
  [...MOMENTS, ...(target.kind === 'write' ? MOMENTS_OF_WRITES : [])].flatMap((moment) =>
    SECOND_EVENTS.map((event): Case => ({ target, ...moment, worker: 'lives', event })),
  ),
);

/** Faults that last, without a second event: TFE answers again after a while. */
const LASTING: readonly Case[] = TARGETS.flatMap((target) =>
  (['error-before-commit', 'drop-before-commit', 'rate-limited', ...(target.beforeARun ? [] : REFUSALS)] as const).map(
    (fault): Case => ({ target, fault, lasts: 'until lifted', worker: 'lives' }),
  ),
);

/** Two faults at once: what follows the first one is struck too. */
const BESIDES: readonly FaultRequest[] = [
  { match: LIST, fault: 'error-before-commit', times: 3 },
  { match: READ_RUN, fault: 'drop-before-commit', times: 5, every: 2 },
  { match: 'GET *', fault: 'rate-limited', times: 3, after: 1 },
];
const DOUBLE: readonly Case[] = TARGETS.filter(({ kind }) => kind === 'write').flatMap((target) =>
  BESIDES.flatMap((besides) =>
    (['drop-after-commit', 'error-before-commit', 'late-commit'] as const).map((fault): Case => ({
      target,
      fault,
      lasts: 'once',
      worker: 'lives',
      besides,
    })),
  ),
);

/** The worker alone at its two other moments, and worker and TFE together. */
const KILLS: readonly Case[] = TARGETS.flatMap((target) => [
  ...(['dies before it sends', 'dies before it reports'] as const).map((worker): Case => ({
    target,
    fault: 'none',
    lasts: 'once',
    worker,
  })),
  { target, fault: 'slow', lasts: 'once', worker: 'killed with TFE' },
  ...(target.kind === 'write'
    ? [{ target, fault: 'drop-after-commit', lasts: 'once', worker: 'killed with TFE' } as const]
    : []),
]);

export const ALL_CASES: readonly Case[] = [...SINGLE, ...SECOND, ...LASTING, ...DOUBLE, ...KILLS];

export const nameOf = ({ target, fault, lasts, worker, event, besides }: Case): string =>
  [
    target.name,
    `${fault}${lasts === 'once' ? '' : ', lasting'}`,
    ...(besides ? [`and ${besides.fault} for ${besides.match}`] : []),
    ...(event ? [event] : []),
    ...(worker === 'lives' ? [] : [`worker ${worker}`]),
  ].join(' · ');

// Measured on two busy CPUs: a killed worker is noticed after its heartbeat timeout of 10 s.
const secondsOf = ({ worker, event }: Case): number => (worker === 'lives' ? (event ? 9 : 6) : 22);

/** `seed/minutes`, e.g. `20260131/4`: as many cases as fit, another choice for each seed. `undefined`: all of them. */
export function casesOf(slice: string | undefined, lanes: number): readonly Case[] {
  if (slice === undefined) return ALL_CASES;
  const [seed = Number.NaN, minutes = Number.NaN] = slice.split('/').map(Number);
  if (!Number.isInteger(seed) || !(minutes > 0)) throw new Error(`a slice is SEED/MINUTES, not ${slice}`);
  let left = minutes * 60 * lanes;
  const random = seededRandom(seed);
  return random.shuffled(ALL_CASES).filter((one) => (left -= secondsOf(one)) >= 0);
}
