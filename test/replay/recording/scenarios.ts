import type { Scenario } from './scenario.ts';
import { LOST_ANSWERS } from './scenarios/lost-answers.ts';
import { ONE_TASK } from './scenarios/one-task.ts';
import { OUTCOMES } from './scenarios/outcomes.ts';
import { PEOPLE } from './scenarios/people.ts';

export { CONTINUED } from './scenarios/continued.ts';

/** Played on a server as it is. */
export const SCENARIOS: readonly Scenario[] = [...OUTCOMES, ...PEOPLE, ...ONE_TASK, ...LOST_ANSWERS];
