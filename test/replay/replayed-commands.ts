import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { commandOf, type Command } from './recorded-commands.ts';

export interface Replayed {
  /** What today's code issued, as the workflow sandbox saw it. */
  commands: Command[];
  /** Why the history does not replay. */
  error?: Error;
}

/** Replays a history, without a server, on the code of a bundle that holds command-reporter.ts. */
export async function replay(code: string, json: string): Promise<Replayed> {
  const commands: Command[] = [];
  const issued = {
    fn: ({ taskQueue }: { taskQueue: string }, command: unknown) => {
      const comparable = commandOf(command, taskQueue);
      if (comparable) commands.push(comparable);
    },
    callDuringReplay: true,
  };
  try {
    const history = historyFromJSON(JSON.parse(json));
    // The run's marker names the workflow: with another id, the recorded run would not be the request's.
    const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? undefined;
    await Worker.runReplayHistory({ workflowBundle: { code }, sinks: { commands: { issued } } }, history, workflowId);
    return { commands };
  } catch (error) {
    return { commands, error: error as Error };
  }
}
