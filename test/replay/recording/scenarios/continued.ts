import { setTimeout as delay } from 'node:timers/promises';
import type { FaultRequest } from '../../../../packages/local-tfe/src/control/faults.ts';
import type { Player } from '../player.ts';
import type { Execution, Scenario } from '../scenario.ts';

/** Played on a server that suggests continue-as-new early. */
export const CONTINUED: readonly Scenario[] = [
  {
    name: 'continued',
    title: 'that goes on in a new execution',
    play: async (player) => {
      const id = await player.start({ approval: { approvers: 2 } });
      const runId = await player.untilAsked(id);
      await player.client.approve(id, { runId, by: 'ben', decisionId: 'decision-1' });
      await untilNewExecution(player, id, () => player.client.nudge(id));
      await player.client.approve(id, { runId, by: 'cy', decisionId: 'decision-2' });
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
  {
    name: 'continued-in-the-creation',
    title: 'whose POST /runs is refused until it goes on in a new execution',
    play: async (player) => {
      const over = refusing(player, { match: 'POST /runs', fault: 'rate-limited', reset: 0.1 });
      const id = await player.start();
      // It goes on in a third one later: the second has the creation, and ends as the first did.
      const second = await untilNewExecution(player, id);
      over();
      await player.approve(id);
      await player.untilEnded(id, 'applied');
      return second;
    },
  },
  {
    name: 'continued-in-the-apply',
    title: 'whose apply is refused until it goes on in a new execution',
    play: async (player) => {
      const over = refusing(player, { match: 'POST /runs/:id/actions/apply', fault: 'token-revoked' });
      const id = await player.start();
      await player.untilAsked(id);
      await untilNewExecution(
        player,
        id,
        once(() => player.approve(id)),
      );
      over();
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
];

function once(act: () => Promise<unknown>): () => Promise<unknown> {
  let done: Promise<unknown> | undefined;
  return () => (done ??= act());
}

function refusing({ tfe }: Player, fault: FaultRequest): () => void {
  const { id } = tfe.faults.add({ ...fault, times: null });
  return () => tfe.faults.clear(id);
}

const LOOK_AGAIN_MS = 20;
const MOST_LOOKS = 1_500;

async function untilNewExecution(
  { temporal }: Player,
  workflowId: string,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<Execution> {
  const handle = temporal.workflow.getHandle(workflowId);
  const { runId: first } = await handle.describe();
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await meanwhile();
    const { runId } = await handle.describe();
    if (runId !== first) return { workflowId, runId };
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error(`${workflowId}: the server never suggested a new execution`);
}
