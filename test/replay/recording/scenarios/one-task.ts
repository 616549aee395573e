import { setTimeout as delay } from 'node:timers/promises';
import type { Player } from '../player.ts';
import type { Scenario } from '../scenario.ts';

/** What comes from outside stands in one workflow task with an answer: the order that a replay meets (docs/adr/0010). */
export const ONE_TASK: readonly Scenario[] = [
  {
    name: 'approved-with-the-plan',
    title: 'whose approval is taken in together with the look that finds it planned',
    play: async (player) => {
      const { id: workspaceId } = player.where;
      const hold = player.tfe.holds.add({ status: 'planning', workspaceId });
      const id = await player.start();
      const { runId } = await player.until(id, 'the plan', ({ phase }) => phase === 'planning');
      await player.withoutWorkflows(async () => {
        player.tfe.holds.release(hold.id);
        await untilAnswered(player, id);
        await player.temporal.workflow.getHandle(id).signal('approve', { runId, by: 'ben', decisionId: 'decision-1' });
      });
      await player.untilEnded(id, 'applied');
      return id;
    },
  },
  {
    name: 'canceled-with-the-upload',
    title: 'whose cancellation is taken in together with the end of its upload',
    play: async (player) => {
      player.tfe.faults.add({ match: 'PUT *', fault: 'slow', ms: 3_000 });
      const id = await player.start();
      await player.until(id, 'the upload', ({ configurationVersionId }) => configurationVersionId !== undefined);
      await player.withoutWorkflows(async () => {
        await untilAnswered(player, id);
        await player.client.cancel(id);
      });
      await player.untilEnded(id, 'canceled');
      return id;
    },
  },
  {
    name: 'canceled-with-the-upload-after-a-query',
    title: 'whose cancellation is taken in together with the end of its upload, which a query had met before',
    play: async (player) => {
      player.tfe.faults.add({ match: 'PUT *', fault: 'slow', ms: 1_500 });
      const id = await player.start();
      await player.until(id, 'the upload', ({ configurationVersionId }) => configurationVersionId !== undefined);
      let query: Promise<string> | undefined;
      await player.withoutWorkflows(
        async () => {
          // It waits for a worker, and is the first that one is handed: with the history as it is then.
          query = player.temporal.workflow.getHandle(id).query<string>('__stack_trace');
          await untilAnswered(player, id);
        },
        async () => {
          const stack = await query;
          if (!stack?.includes('askForRun')) throw new Error(`the query has not met the end of the upload: ${stack}`);
          await player.client.cancel(id);
        },
      );
      await player.untilEnded(id, 'canceled');
      return id;
    },
  },
];

const LOOK_AGAIN_MS = 20;
const MOST_LOOKS = 1_500;

/** Until every activity of the request has answered, which no worker has taken in yet. */
async function untilAnswered({ temporal }: Player, workflowId: string): Promise<void> {
  const handle = temporal.workflow.getHandle(workflowId);
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const { raw } = await handle.describe();
    if ((raw.pendingActivities ?? []).length === 0) return;
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error(`${workflowId}: an activity has not answered`);
}
