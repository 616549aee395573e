import { approved, ending, type Scenario } from '../scenario.ts';

const BROKEN = 'resource "terraform_data" "x" {\n  input = nothing.here\n}\n';

/** One for each outcome and kind of run. */
export const OUTCOMES: readonly Scenario[] = [
  {
    name: 'applied',
    title: 'that is approved and applied',
    play: (player) => approved(player),
  },
  {
    name: 'rejected',
    title: 'that is rejected',
    play: async ({ start, untilAsked, client, untilEnded }) => {
      const id = await start();
      const runId = await untilAsked(id);
      await client.reject(id, { runId, by: 'ben', reason: 'not today', decisionId: 'decision-1' });
      await untilEnded(id, 'rejected');
      return id;
    },
  },
  {
    name: 'expired',
    title: 'that nobody decides in time',
    play: (player) => ending(player, 'expired', { deadlines: { approvalMs: 500 } }),
  },
  {
    name: 'no-changes',
    title: 'whose plan is empty',
    play: async (player) => {
      await approved(player, { key: 'no-changes-before' });
      return ending(player, 'no-changes');
    },
  },
  {
    name: 'plan-only',
    title: 'for a plan only',
    play: (player) => ending(player, 'plan-only', { run: { mode: 'plan-only' } }),
  },
  {
    name: 'destroy',
    title: 'to destroy',
    play: async (player) => {
      await approved(player, { key: 'destroy-before' });
      return approved(player, { run: { mode: 'destroy' } });
    },
  },
  {
    name: 'current-configuration',
    title: 'on the current configuration, with options',
    play: async (player) => {
      await approved(player, { key: 'current-configuration-before' });
      return approved(player, {
        configuration: { kind: 'current' },
        run: { message: 'once more', replace: ['terraform_data.one'], refresh: false },
      });
    },
  },
  {
    name: 'plan-errored',
    title: 'whose plan fails',
    play: (player) => ending(player, 'plan-errored', { main: BROKEN }),
  },
  {
    name: 'apply-errored',
    title: 'whose apply fails',
    play: (player) => approved(player, { script: { apply: { error: 'quota exceeded' } } }, 'apply-errored'),
  },
  {
    name: 'policy-failed',
    title: 'that a policy forbids',
    play: (player) =>
      ending(player, 'policy-failed', {
        script: { policies: [{ name: 'never', enforcement: 'hard-mandatory', result: 'failed' }] },
      }),
  },
  {
    name: 'unknown-workspace',
    title: 'for a workspace that does not exist',
    play: (player) => ending(player, 'workspace-not-found', { workspace: 'nowhere' }),
  },
  {
    name: 'invalid',
    title: 'that is not valid, started by hand',
    play: async ({ temporal, installation, untilEnded, where }) => {
      const workflowId = `runwright/by-hand/${where.organization}/${where.workspace}/invalid`;
      await temporal.workflow.start('terraformRun', {
        workflowId,
        taskQueue: `runwright-${installation}`,
        args: [{ key: 'a b' }],
      });
      await untilEnded(workflowId, 'invalid-request');
      return workflowId;
    },
  },
  {
    name: 'queue-deadline',
    title: 'that is queued for too long',
    play: async (player) => {
      player.tfe.people.add({ act: 'lock-workspace', workspace: player.where.id });
      return ending(player, 'deadline-exceeded', { deadlines: { queueMs: 1_500 } });
    },
  },
  {
    name: 'plan-deadline',
    title: 'whose plan takes too long',
    play: (player) =>
      ending(player, 'deadline-exceeded', { deadlines: { planMs: 500 }, script: { plan: { seconds: 60 } } }),
  },
  {
    name: 'apply-deadline',
    title: 'whose apply takes too long',
    play: (player) =>
      approved(player, { deadlines: { applyMs: 500 }, script: { apply: { seconds: 60 } } }, 'deadline-exceeded'),
  },
];
