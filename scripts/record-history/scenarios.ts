import type { Player } from './player.ts';

/** One way that a request can go. `play` returns the workflow whose history is kept. */
export interface Scenario {
  /** Names the history's file. */
  name: string;
  /** Completes "a request …". */
  title: string;
  play(player: Player): Promise<string>;
}

const BROKEN = 'resource "terraform_data" "x" {\n  input = nothing.here\n}\n';

export const SCENARIOS: readonly Scenario[] = [
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
        run: { message: 'once more', replace: ['terraform_data.one'], refresh: 'no' },
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
    name: 'policy-overridden',
    title: 'whose failed policy somebody overrides',
    play: async (player) => {
      const script = { policies: [{ name: 'careful', enforcement: 'soft-mandatory', result: 'failed' }] };
      const id = await player.start({ script });
      const { runId } = await player.until(id, 'the policy', ({ phase }) => phase === 'awaiting-override');
      await player.temporal.workflow.getHandle(id).signal('override', { runId, by: 'olga' });
      await player.approve(id);
      await player.untilEnded(id, 'applied');
      return id;
    },
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
    name: 'canceled-while-queued',
    title: 'that is canceled while another holds the workspace',
    play: async ({ start, tfe, where, until, client, untilEnded }) => {
      tfe.people.add({ act: 'lock-workspace', workspace: where.id, comment: 'maintenance' });
      const id = await start();
      await until(id, 'the blocker', ({ blocker }) => blocker !== undefined);
      await client.cancel(id);
      await untilEnded(id, 'canceled');
      return id;
    },
  },
  {
    name: 'canceled-at-the-gate',
    title: 'that is canceled while people decide',
    play: async ({ start, untilAsked, client, untilEnded }) => {
      const id = await start();
      await untilAsked(id);
      await client.cancel(id);
      await untilEnded(id, 'canceled');
      return id;
    },
  },
  {
    name: 'canceled-in-the-apply',
    title: 'that is canceled during the apply, which is finished',
    play: async (player) => {
      const id = await applying(player, { script: { apply: { seconds: 1 } } });
      await player.client.cancel(id);
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
  {
    name: 'interrupted-in-the-apply',
    title: 'that is canceled during the apply, which is interrupted',
    play: async (player) => {
      const id = await applying(player, { script: { apply: { seconds: 60 } }, cancelDuringApply: 'interrupt' });
      await player.client.cancel(id);
      await player.untilEnded(id, 'canceled');
      return id;
    },
  },
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
  {
    name: 'malformed-messages',
    title: 'to which nobody can make out what was sent',
    play: async (player) => {
      const id = await player.start();
      await player.untilAsked(id);
      const handle = player.temporal.workflow.getHandle(id);
      for (const sent of [7, null, [], { runId: 7 }, 'approve']) await handle.signal('approve', sent);
      await handle.signal('reject');
      await handle.signal('aprove', {});
      await player.until(id, 'the refusals', ({ refusedMessages }) => refusedMessages.length === 7);
      await player.approve(id);
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
  {
    name: 'decided-by-update',
    title: 'that two people approve by update',
    play: async ({ start, untilAsked, client, untilEnded }) => {
      const id = await start({ approval: { approvers: 2, requester: 'may-not-approve' } });
      const runId = await untilAsked(id);
      await client.decide(id, { verdict: 'approve', runId, by: 'ana' });
      await client.decide(id, { verdict: 'approve', runId, by: 'ben' });
      await client.decide(id, { verdict: 'approve', runId, by: 'cy' });
      await untilEnded(id, 'applied');
      return id;
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
  {
    name: 'confirmed-elsewhere',
    title: 'whose run somebody confirms in TFE',
    play: (player) => actedOn(player, 'confirm', 'confirmed-elsewhere'),
  },
  {
    name: 'discarded-elsewhere',
    title: 'whose run somebody discards in TFE',
    play: (player) => actedOn(player, 'discard', 'discarded-elsewhere'),
  },
  {
    name: 'nudged',
    title: 'that is nudged while people decide',
    play: async (player) => {
      const id = await player.start();
      await player.untilAsked(id);
      for (const runStatus of ['planned', 'planned']) await player.client.nudge(id, { runStatus });
      await player.approve(id);
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
  {
    name: 'paused',
    title: 'whose apply is held by a pause',
    play: async (player) => {
      const { client, where, start, approve, until, untilEnded } = player;
      const scope = { kind: 'workspace', organization: where.organization, workspace: where.workspace } as const;
      await client.pause({ scope, by: 'olga', reason: 'release day' });
      const id = await start();
      await approve(id);
      await until(id, 'the pause', ({ blocker }) => blocker?.includes('paused') === true);
      await client.resume({ scope, by: 'olga' });
      await untilEnded(id, 'applied');
      return id;
    },
  },
];

/** Played on a server that suggests continue-as-new early; its last execution is kept. */
export const CONTINUED: Scenario = {
  name: 'continued',
  title: 'that goes on in a new execution',
  play: async (player) => {
    const id = await player.start({ approval: { approvers: 2 } });
    const runId = await player.untilAsked(id);
    await player.client.approve(id, { runId, by: 'ben', decisionId: 'decision-1' });
    const handle = player.temporal.workflow.getHandle(id);
    const first = (await handle.describe()).runId;
    for (let count = 0; (await handle.describe()).runId === first; count += 1) {
      if (count === 500) throw new Error('continued: the server never suggested a new execution');
      await player.client.nudge(id);
    }
    await player.client.approve(id, { runId, by: 'cy', decisionId: 'decision-2' });
    await player.untilEnded(id, 'applied');
    return id;
  },
};

async function ending(player: Player, as: string, options: Parameters<Player['start']>[0] = {}): Promise<string> {
  const id = await player.start(options);
  await player.untilEnded(id, as);
  return id;
}

async function approved(player: Player, options: Parameters<Player['start']>[0] = {}, as = 'applied'): Promise<string> {
  const id = await player.start(options);
  await player.approve(id);
  await player.untilEnded(id, as);
  return id;
}

async function applying(player: Player, options: Parameters<Player['start']>[0]): Promise<string> {
  const id = await player.start(options);
  await player.approve(id);
  await player.until(
    id,
    'the apply',
    ({ phase, runId }) =>
      phase === 'applying' && player.tfe.runs().find((run) => run.id === runId)?.status === 'applying',
  );
  return id;
}

async function actedOn(player: Player, act: 'confirm' | 'discard', as: string): Promise<string> {
  const id = await player.start();
  const run = await player.untilAsked(id);
  player.tfe.people.add({ act, run, as: 'mallory' });
  await player.untilEnded(id, as);
  return id;
}
