import type { Timing } from '@runwright/client/contract';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The least that a request's times may be. Safety rests on them; each number has its reason here. */
export const LEAST_TIMES: Readonly<Record<keyof Timing, number>> = {
  // A worker sends at most 5 s after Temporal said that it waits for the attempt, and a request is 20 s on its way at most:
  // so late does it land where the doubt is noticed at once, by a reset (docs/reliability.md, "The commit window").
  commitWindowMs: 25 * SECOND_MS,
  // TFE allows all requests of its user together 30 a second.
  pollMinMs: SECOND_MS,
  pollWorkingMaxMs: SECOND_MS,
  pollPeopleMaxMs: SECOND_MS,
  pollRefusedMs: SECOND_MS,
  // A permission that is being changed and a TFE that fails over answer 404 for minutes, and the run lives.
  goneMs: 10 * MINUTE_MS,
  // terraform is asked to stop, and saves its state.
  cleanupMs: MINUTE_MS,
  // A 202 is only queued: an action that is sent again too soon meets the first one.
  actionSettlesMs: 10 * SECOND_MS,
};

/** A time that must leave room for two looks, and the pause between these. */
const TWICE: readonly (readonly [keyof Timing, keyof Timing])[] = [
  ['actionSettlesMs', 'pollMinMs'],
  ['goneMs', 'pollRefusedMs'],
];

/** One line per time that is too short: `path: value and bound`. */
export function faultsOfTimes(timing: Timing): string[] {
  const names = Object.keys(LEAST_TIMES) as (keyof Timing)[];
  return [
    ...names
      .filter((name) => timing[name] < LEAST_TIMES[name])
      .map((name) => `timing.${name}: ${timing[name]} ms is too short, the least is ${LEAST_TIMES[name]} ms`),
    ...TWICE.filter(([name, pause]) => timing[name] < 2 * timing[pause]).map(
      ([name, pause]) =>
        `timing.${name}: ${timing[name]} ms is too short, the least is twice timing.${pause}, ${2 * timing[pause]} ms`,
    ),
  ];
}
