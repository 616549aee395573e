import type { Timing } from '@runwright/client/contract';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The shortest times that a request may set. Safety rests on them; each number has its reason here. */
export const LEAST_TIMES: Readonly<Record<keyof Timing, number>> = {
  // A worker sends at most 5 s after Temporal said that it waits for the attempt, and a request travels for 20 s at
  // most. A lost request can land that late, measured from a doubt that a reset shows at once (docs/reliability.md,
  // "The commit window").
  commitWindowMs: 25 * SECOND_MS,
  // TFE allows 30 requests a second to all callers of one user together.
  pollMinMs: SECOND_MS,
  pollWorkingMaxMs: SECOND_MS,
  pollPeopleMaxMs: SECOND_MS,
  pollRefusedMs: SECOND_MS,
  // TFE answers 404 for minutes while a permission changes or TFE fails over, though the run lives.
  goneMs: 10 * MINUTE_MS,
  // terraform needs this to stop and to save its state.
  cleanupMs: MINUTE_MS,
  // A 202 only queues an action. The same action sent again too soon would meet the first one.
  actionSettlesMs: 10 * SECOND_MS,
};

/** Each first time must leave room for two looks with the second as the pause between them. */
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
