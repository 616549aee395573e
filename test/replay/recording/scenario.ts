import type { Player } from './player.ts';

/** One way that a request can go. */
export interface Scenario {
  /** Names the history's file. */
  name: string;
  /** Completes "a request …". */
  title: string;
  /** Returns whose history is kept: a workflow's last execution, or that one. */
  play(player: Player): Promise<string | Execution>;
}

export interface Execution {
  workflowId: string;
  runId: string;
}

type Options = Parameters<Player['start']>[0];

/** Goes to its end without anybody. */
export async function ending(player: Player, as: string, options: Options = {}): Promise<string> {
  const id = await player.start(options);
  await player.untilEnded(id, as);
  return id;
}

/** Is approved, and goes to its end. */
export async function approved(player: Player, options: Options = {}, as = 'applied'): Promise<string> {
  const id = await player.start(options);
  await player.approve(id);
  await player.untilEnded(id, as);
  return id;
}
