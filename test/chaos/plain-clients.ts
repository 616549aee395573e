import { runPlainly } from '../../bench/plain-client.ts';
import type { TfeAccess } from '../../src/stack/first-workspace.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { makeWorkspace } from './make-workspace.ts';
import { makeFaults } from './mischief.ts';
import type { TfeWitness } from './tfe-witness.ts';

export interface PlainOutcome {
  readonly runs: number;
  readonly faults: number;
  /** Ended as applied, as the client knows. */
  readonly applied: number;
  /** Gave up, or failed without knowing what became of its run. */
  readonly lost: number;
  readonly runsCreated: number;
  /** More than one run for what was asked once. */
  readonly duplicates: number;
  /** Why they were lost, as the client tells it. */
  readonly reasons: readonly string[];
  /** Runs that nobody will ever end. */
  readonly leftBehind: number;
}

export interface PlainOptions {
  readonly tfe: TfeAccess;
  readonly witness: TfeWitness;
  readonly random: SeededRandom;
  readonly archiveFile: string;
  readonly runs: number;
}

const ORGANIZATION = 'plain';
const WITHIN_MS = 40_000;
// Few enough to stay below the rate limit of TFE, which it does not handle.
const AT_A_TIME = 4;
const FINAL = new Set(['applied', 'planned_and_finished', 'errored', 'canceled', 'force_canceled', 'discarded']);

/** Lost answers and 5xx for a client that polls and repeats; nothing of it is ever killed, and TFE stays up. */
export async function runPlainClients({
  tfe,
  witness,
  random,
  archiveFile,
  runs,
}: PlainOptions): Promise<PlainOutcome> {
  const progress = { left: runs, applied: 0, lost: 0, isOver: false, reasons: [] as string[] };
  const one = async (): Promise<void> => {
    for (let number = progress.left--; number > 0; number = progress.left--) {
      const workspace = `plain-${number}`;
      try {
        await makeWorkspace(tfe, { organization: ORGANIZATION, workspace });
        const where = { tfe, organization: ORGANIZATION, workspace, archive: archiveFile, withinMs: WITHIN_MS };
        if ((await runPlainly(where)) === 'applied') progress.applied += 1;
        else throw new Error('it waits for a run that never comes to its turn');
      } catch (error) {
        progress.lost += 1;
        progress.reasons.push(error instanceof Error ? error.message.replaceAll(/-[A-Za-z0-9]{16}/g, '-…') : 'unknown');
      }
    }
  };
  const faults = makeFaults({ random, witness, isOver: () => progress.isOver });
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  progress.isOver = true;
  const struck = await faults;
  await witness.calmDown();
  const created = await witness.runs(ORGANIZATION);
  const leftBehind = created.filter(({ status }) => !FINAL.has(status)).length;
  return {
    runs,
    faults: struck,
    applied: progress.applied,
    lost: progress.lost,
    runsCreated: created.length,
    // Each client asked for one run in a workspace of its own.
    duplicates: created.length - new Set(created.map(({ workspaceId }) => workspaceId)).size,
    reasons: progress.reasons,
    leftBehind,
  };
}
