import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { commandOf, recordedCommands, type Command } from './recorded-commands.ts';

export interface Replayed {
  /** What today's code issued, as the workflow sandbox saw it. */
  commands: Command[];
  /** Why the history does not replay. */
  error?: Error;
}

/** Replays a history, without a server, on the code of a bundle that holds command-reporter.ts. */
export async function replay(code: string, json: string): Promise<Replayed> {
  const commands: Command[] = [];
  const canceled = new Set<string>();
  const issued = {
    fn: ({ taskQueue }: { taskQueue: string }, command: unknown) => {
      const taken = canceledBy(command);
      if (taken) canceled.add(taken);
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
    return { commands: withoutWithdrawn(commands, { canceled, json }) };
  } catch (error) {
    return { commands, error: error as Error };
  }
}

interface Canceling {
  requestCancelActivity?: { seq: number };
  cancelTimer?: { seq: number };
}

function canceledBy(command: unknown): string | undefined {
  const { requestCancelActivity, cancelTimer } = command as Canceling;
  if (requestCancelActivity) return `activity ${requestCancelActivity.seq}`;
  return cancelTimer && `timer ${cancelTimer.seq}`;
}

/** What the workflow began and took back in one workflow task was never told to the server, and stands in no history. */
function withoutWithdrawn(commands: Command[], { canceled, json }: { canceled: Set<string>; json: string }): Command[] {
  const nameOf = (command: Command): string => ('seq' in command ? `${command.kind} ${command.seq}` : command.kind);
  const recorded = new Set(recordedCommands(json).map(nameOf));
  return commands.filter((command) => !canceled.has(nameOf(command)) || recorded.has(nameOf(command)));
}
