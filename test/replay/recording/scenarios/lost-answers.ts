import { approved, type Scenario } from '../scenario.ts';

/** Answers that TFE gave and nobody got, and refusals. */
export const LOST_ANSWERS: readonly Scenario[] = [
  {
    name: 'create-answer-lost',
    title: 'whose POST /runs was answered, but the answer lost',
    play: async (player) => {
      player.tfe.faults.add({ match: 'POST /runs', fault: 'lost-answer-after-commit' });
      return approved(player);
    },
  },
  {
    name: 'create-not-arrived',
    title: 'whose POST /runs never arrived',
    play: async (player) => {
      player.tfe.faults.add({ match: 'POST /runs', fault: 'reset-before-commit' });
      return approved(player);
    },
  },
  {
    name: 'create-rate-limited',
    title: 'whose POST /runs is rate limited',
    play: async (player) => {
      player.tfe.faults.add({ match: 'POST /runs', fault: 'rate-limited', reset: 0.2 });
      return approved(player);
    },
  },
  {
    name: 'apply-answer-lost',
    title: 'whose apply was answered, but the answer lost',
    play: async (player) => {
      player.tfe.faults.add({ match: 'POST /runs/:id/actions/apply', fault: 'lost-answer-after-commit' });
      return approved(player);
    },
  },
  {
    name: 'apply-refused',
    title: 'whose apply is refused for a while',
    play: async (player) => {
      player.tfe.faults.add({ match: 'POST /runs/:id/actions/apply', fault: 'token-revoked', times: 2 });
      return approved(player);
    },
  },
];
