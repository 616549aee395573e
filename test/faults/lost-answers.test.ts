import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultName, FaultRequest } from '../../packages/local-tfe/src/control/faults.ts';
import { useFaultBench, type FaultBench } from '../support/fault-bench.ts';
import { APPLIED, APPLY, CREATE, UPLOAD, type StartedRequest } from '../support/request-ledger.ts';
import { waitUntil } from '../support/wait-until.ts';

const bench = useFaultBench();

afterEach(async () => {
  const its = await bench();
  its.tfe.faults.clear();
  its.tfe.people.clear();
  its.tfe.holds.release();
  expect(await its.violations()).toEqual([]);
});

type Story = (its: FaultBench, started: StartedRequest) => Promise<unknown>;

const approved: Story = (its, started) => its.approve(started);
const rejected: Story = (its, started) => its.reject(started);
const canceledAtTheGate: Story = async (its, started) => {
  await its.gate(started);
  await its.cancel(started);
};
const canceledWhilePlanning: Story = async (its, started) => {
  await its.until(started, 'the run', ({ runId }) => runId !== undefined);
  await waitUntil('the plan', () => its.runsOf(started)[0]?.status === 'planning');
  await its.cancel(started);
};

const REJECTED = { kind: 'completed', result: { outcome: 'rejected', status: 'discarded' } };
const CANCELED = { kind: 'canceled' };

/** Each write: how a request gets there, and how it ends all the same. */
const WRITES: [string, string, Story, object][] = [
  ['create configuration version', 'POST /workspaces/:workspace_id/configuration-versions', approved, APPLIED],
  ['upload', UPLOAD, approved, APPLIED],
  ['create run', CREATE, approved, APPLIED],
  ['apply', APPLY, approved, APPLIED],
  ['discard', 'POST /runs/:run_id/actions/discard', rejected, REJECTED],
  ['discard after a cancellation', 'POST /runs/:run_id/actions/discard', canceledAtTheGate, CANCELED],
  ['cancel', 'POST /runs/:run_id/actions/cancel', canceledWhilePlanning, CANCELED],
];

/** One of each kind; the matrix (matrix.test.ts) has them all. */
const BEFORE: FaultName[] = ['error-before-commit'];
const AFTER: FaultName[] = ['drop-after-commit'];

async function toTheEnd(its: FaultBench, fault: FaultRequest, story: Story) {
  const { id } = its.tfe.faults.add(fault);
  const where = await its.workspace();
  if (story === canceledWhilePlanning) its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
  const started = await its.start({ in: where });
  await story(its, started);
  const ending = await its.ending(started);
  const bit = its.tfe.faults.list().find((one) => one.id === id)?.bit;
  return { started, ending, bit, seen: its.seen(started, fault.match) };
}

describe.each(WRITES)('%s', (_, match, story, ending) => {
  it.each(AFTER)('is done once when its answer is lost (%s)', async (fault) => {
    const its = await bench();

    const ended = await toTheEnd(its, { match, fault }, story);

    expect(ended.bit).toBe(1);
    expect(ended.ending).toMatchObject(ending);
    // Control: TFE had done it; the run that came of it is the only one.
    expect(ended.seen[0]).toMatchObject({ fault, committed: true });
    expect(its.runsOf(ended.started)).toHaveLength(1);
  });

  it.each(BEFORE)('is sent again when it never happened (%s)', async (fault) => {
    const its = await bench();

    const ended = await toTheEnd(its, { match, fault }, story);

    expect(ended.bit).toBe(1);
    expect(ended.ending).toMatchObject(ending);
    expect(ended.seen[0]).toMatchObject({ fault, committed: false });
    expect(ended.seen.slice(1).filter(({ committed }) => committed)).toHaveLength(1);
    expect(its.runsOf(ended.started)).toHaveLength(1);
  });

  it.each(['rate-limited-html'] as const)('is sent again after the reset of a refusal (%s)', async (fault) => {
    const its = await bench();

    const ended = await toTheEnd(its, { match, fault, times: 2 }, story);

    expect(ended.bit).toBe(2);
    expect(ended.ending).toMatchObject(ending);
    expect(ended.seen.filter(({ committed }) => committed)).toHaveLength(1);
  });

  it('ends right when it lands after its client gave up', async () => {
    const its = await bench();

    const ended = await toTheEnd(its, { match, fault: 'late-commit', ms: 100 }, story);

    expect(ended.bit).toBe(1);
    expect(ended.ending).toMatchObject(ending);
  });
});
