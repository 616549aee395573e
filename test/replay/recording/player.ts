import { setTimeout as delay } from 'node:timers/promises';
import type { RequestView } from '@runwright/client';
import type { RunRequestInput, Timing } from '@runwright/client/contract';
import type { RecordingStack } from './recording-stack.ts';

/** The delays of the recorded requests: short, but each another number, so that no two can be mixed up unnoticed. */
const TIMING: Timing = {
  commitWindowMs: 310,
  pollMinMs: 50,
  pollWorkingMaxMs: 210,
  pollPeopleMaxMs: 220,
  pollRefusedMs: 110,
  goneMs: 86_400_000,
  cleanupMs: 20_000,
  actionSettlesMs: 1_010,
};

const ONE_RESOURCE =
  'resource "terraform_data" "one" {\n  input = "hello"\n}\n\noutput "said" {\n  value = terraform_data.one.output\n}\n';

export interface StartOptions extends Partial<RunRequestInput> {
  main?: string;
  /** What `local-tfe.json` holds. */
  script?: unknown;
}

/** What a scenario is played with: one request in a workspace of its own. */
export interface Player extends RecordingStack {
  where: { organization: string; workspace: string; id: string };
  /** Starts the scenario's request; the key is the scenario's name unless another is given. */
  start(options?: StartOptions): Promise<string>;
  until(workflowId: string, what: string, see: (view: RequestView) => boolean): Promise<RequestView>;
  /** Waits until the run waits for people; returns its id. */
  untilAsked(workflowId: string): Promise<string>;
  approve(workflowId: string): Promise<void>;
  /** Waits for the end, and that it is the one that the scenario is about. */
  untilEnded(workflowId: string, as: string): Promise<void>;
}

const WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 20;

export async function createPlayer(stack: RecordingStack, name: string): Promise<Player> {
  const { client } = stack;
  const where = await stack.workspace(name);
  const until: Player['until'] = async (workflowId, what, see) => {
    for (const deadline = Date.now() + WITHIN_MS; Date.now() < deadline; await delay(LOOK_AGAIN_MS)) {
      const view = await client.view(workflowId);
      if (see(view)) return view;
    }
    throw new Error(`${name}: waited ${WITHIN_MS / 1000} s for ${what}, in vain`);
  };
  const untilAsked: Player['untilAsked'] = async (workflowId) => {
    const view = await until(workflowId, 'the approval', ({ phase }) => phase === 'awaiting-confirmation');
    return view.runId!;
  };
  return {
    ...stack,
    where,
    until,
    untilAsked,
    start: async ({ main = ONE_RESOURCE, script, ...input } = {}) => {
      const archive = await stack.archiveOf(main, script);
      const { workflowId } = await client.start({
        key: name,
        organization: where.organization,
        workspace: where.workspace,
        requestedBy: 'ana',
        configuration: { kind: 'archive', archive },
        ...input,
        timing: { ...TIMING, ...input.timing },
      });
      return workflowId;
    },
    approve: async (workflowId) => {
      await client.approve(workflowId, { runId: await untilAsked(workflowId), by: 'ben', decisionId: 'decision-1' });
    },
    untilEnded: async (workflowId, as) => {
      const ending = await client.result(workflowId);
      const ended =
        ending.kind === 'completed' ? ending.result.outcome : ending.kind === 'failed' ? ending.type : ending.kind;
      if (ended !== as) throw new Error(`${name}: was to end as ${as}, not as ${ended}`);
    },
  };
}
