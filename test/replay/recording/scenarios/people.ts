import type { Player } from '../player.ts';
import type { Scenario } from '../scenario.ts';

/** What people do with a request and its run, here and in TFE. */
export const PEOPLE: readonly Scenario[] = [
  {
    name: 'policy-overridden',
    title: 'whose failed policy somebody overrides',
    play: async (player) => {
      const script = { policies: [{ name: 'careful', enforcement: 'soft-mandatory', result: 'failed' }] };
      const id = await player.start({ script });
      await override(player, id);
      await player.approve(id);
      await player.untilEnded(id, 'applied');
      return id;
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
      await client.decide(id, { choice: 'approve', runId, by: 'ana' });
      await client.decide(id, { choice: 'approve', runId, by: 'ben' });
      await client.decide(id, { choice: 'approve', runId, by: 'cy' });
      await untilEnded(id, 'applied');
      return id;
    },
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
  {
    name: 'task-overridden-before-the-plan',
    title: 'that a task holds before its plan, until somebody overrides it',
    play: async (player) => {
      const id = await player.start({ script: heldIn('pre_plan') });
      await override(player, id);
      await player.approve(id);
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
  {
    name: 'task-overridden-after-the-approval',
    title: 'that a task holds after its approval, until somebody overrides it',
    play: async (player) => {
      const id = await player.start({ script: heldIn('pre_apply') });
      await player.approve(id);
      await override(player, id);
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
];

const heldIn = (stage: 'pre_plan' | 'pre_apply') => ({
  'task-stages': [{ stage, result: 'failed', enforcement: 'overridable' }],
});

async function override({ until, temporal }: Player, id: string): Promise<void> {
  const { runId } = await until(id, 'what holds it', ({ phase }) => phase === 'awaiting-override');
  await temporal.workflow.getHandle(id).signal('override', { runId, by: 'olga' });
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
