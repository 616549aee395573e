import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporal as proto } from '@temporalio/proto';
import type { Child } from '../../src/stack/child-process.ts';
import type { FaultLane } from '../support/fault-lane.ts';
import { makeVersion, type VersionEdit } from '../support/other-version.ts';
import { APPLIED, APPLY, type StartedRequest } from '../support/request-ledger.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

type Version = Awaited<ReturnType<typeof makeVersion>>;

let its: FaultLane;
let next: Version;
let careless: Version;

const edited = (call: string, step: string): VersionEdit => ({
  file: 'workflows/terraform-run.ts',
  from: call,
  to: `{ const later = await import('@temporalio/workflow'); ${step} ${call} }`,
});
const stepOf = (name: string): string => `if (later.patched('${name}')) await later.sleep(10, { summary: '${name}' });`;

/** What CONTRIBUTING asks of a change of commands: `patched`. Requests that wait have the first of the two behind them. */
const NEXT: readonly VersionEdit[] = [
  edited('await createRunOnce(context);', stepOf('before-create')),
  edited('return await confirmApply(context);', stepOf('before-apply')),
];
const CARELESS: readonly VersionEdit[] = [edited('await createRunOnce(context);', 'await later.sleep(10);')];

beforeAll(async () => {
  next = await makeVersion('99.0.0', NEXT);
  careless = await makeVersion('99.0.1', CARELESS);
}, 240_000);
afterAll(() => {
  for (const { directory } of [next, careless]) rmSync(directory, { recursive: true, force: true });
});
useLane((lane) => (its = lane), {
  settle: async ({ killWorkers, startWorker }) => {
    await killWorkers();
    await startWorker();
  },
});

interface Told {
  /** Build id and process of the worker that took each workflow task, in order. */
  readonly tasks: readonly { readonly buildId: string; readonly pid: number }[];
  /** Steps of the next version that it took. */
  readonly patches: readonly string[];
  /** Workflow tasks that failed because code and history do not fit. */
  readonly mismatches: number;
}

async function historyOf({ workflowId }: StartedRequest): Promise<Told> {
  const { events } = await its.temporal.workflow.getHandle(workflowId).fetchHistory();
  const all = events ?? [];
  const mismatch = proto.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR;
  return {
    tasks: all.flatMap(({ workflowTaskCompletedEventAttributes: done }) =>
      done
        ? [
            {
              buildId: (done.deploymentVersion ?? done.workerVersion)?.buildId ?? '',
              pid: Number.parseInt(done.identity ?? '', 10),
            },
          ]
        : [],
    ),
    patches: all.flatMap(({ timerStartedEventAttributes: timer, userMetadata }) =>
      timer && userMetadata?.summary?.data ? summaryIn(userMetadata.summary.data) : [],
    ),
    mismatches: all.filter(({ workflowTaskFailedEventAttributes: failed }) => failed?.cause === mismatch).length,
  };
}

const summaryIn = (data: Uint8Array): string[] =>
  [JSON.parse(Buffer.from(data).toString()) as string].filter((name) => /^before-(create|apply)$/.test(name));

/** Requests that wait at every phase that lasts: for the plan, for people (two), for the apply. */
async function startWaiting(): Promise<{
  gated: StartedRequest[];
  planning: StartedRequest;
  applying: StartedRequest;
}> {
  const [planned, applied] = [await its.workspace(), await its.workspace()];
  its.tfe.holds.add({ status: 'planning', workspaceId: planned.id });
  its.tfe.holds.add({ status: 'applying', workspaceId: applied.id });
  const [planning, applying, ...gated] = await Promise.all([
    its.start({ in: planned }),
    its.start({ in: applied }),
    its.start(),
    its.start(),
  ]);
  await its.until(planning, 'the run', ({ runId }) => runId !== undefined);
  await its.approve(applying);
  await its.until(applying, 'the apply', ({ phase }) => phase === 'applying');
  for (const started of gated) await its.gate(started);
  return { gated, planning, applying };
}

const expectAppliedOnce = (started: StartedRequest): void => {
  expect(its.runsOf(started).map(({ status }) => status)).toEqual(['applied']);
};

describe('a worker of this version, replaced by one of the next while requests wait', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'two at once, then the old one ends (%s): the new process takes every request on, and each is applied once',
    async (signal) => {
      const [old] = its.workers() as [Child];
      const { gated, planning, applying } = await startWaiting();
      const appliesBefore = its.seen(planning, APPLY).filter(({ committed }) => committed).length;

      const fresh = await its.startWorker(next);
      const meanwhile = await Promise.all([its.start(), its.start(), its.start()]);
      for (const started of meanwhile) await its.gate(started);
      old.signal(signal);
      const exit = await old.exited;
      its.tfe.holds.release();
      for (const started of [...gated, planning, ...meanwhile]) await its.approve(started);

      const waited = [...gated, planning, applying];
      for (const started of [...waited, ...meanwhile]) {
        expect(await its.ending(started, { withinMs: 180_000 })).toMatchObject(APPLIED);
        expectAppliedOnce(started);
      }
      const applies = its.seen(planning, APPLY).filter(({ committed }) => committed).length;
      expect(applies - appliesBefore).toBe(gated.length + 1 + meanwhile.length);
      expect(exit).toEqual(signal === 'SIGTERM' ? { code: 0, signal: null } : { code: null, signal });
      for (const started of waited) {
        const { tasks, patches } = await historyOf(started);
        // Control: begun by the one, ended by the other, in code of its own.
        expect(tasks[0]).toEqual({ buildId: expect.stringMatching(/^0\.|^1\./), pid: old.pid });
        expect(tasks.at(-1)).toEqual({ buildId: '99.0.0+checkout', pid: fresh.pid });
        expect(patches).toEqual(started === applying ? [] : ['before-apply']);
      }
    },
    420_000,
  );

  it('asked for after the deploy, a request takes the new steps from the start', async () => {
    const fresh = await its.startWorker(next);
    await its
      .workers()
      .find((worker) => worker !== fresh)!
      .stop({ graceMs: 30_000 });
    const started = await its.start();
    await its.approve(started);

    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject(APPLIED);
    expect((await historyOf(started)).patches).toEqual(['before-create', 'before-apply']);
  }, 240_000);
});

describe('a careless version, whose commands changed without `patched`', () => {
  // Control: had the code of the next version not mattered, this one would do no harm either.
  it('cannot go on with a request that waits, does nothing to it, and the version before takes it on again', async () => {
    const [old] = its.workers() as [Child];
    const started = await its.start();
    await its.gate(started);
    const bad = await its.startWorker(careless);
    await old.stop({ graceMs: 30_000 });
    await its.approve(started);

    await waitUntil('the mismatch', async () => (await historyOf(started)).mismatches > 0, { withinMs: 120_000 });
    expect(its.runsOf(started).map(({ status }) => status)).toEqual(['planned']);
    await bad.stop({ graceMs: 30_000 });
    await its.startWorker();

    expect(await its.ending(started, { withinMs: 180_000 })).toMatchObject(APPLIED);
    expectAppliedOnce(started);
  }, 420_000);
});
