import { describe, expect, it } from '@jest/globals';
import type { PauseScope } from '@runwright/client/contract';
import type { FaultLane } from '../support/fault-lane.ts';
import { APPLIED, APPLY, READ_RUN, type StartedRequest } from '../support/request-ledger.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

let its: FaultLane;
useLane((lane) => (its = lane));

const PAUSE = { by: 'olga', reason: 'release freeze' };

/** Applies that TFE was asked for, of this request alone. */
const appliesOf = (started: StartedRequest): number =>
  its.seen(started, APPLY).filter(({ path }) => its.runsOf(started).some(({ id }) => path.includes(id))).length;

const looksAt = (started: StartedRequest): number =>
  its.seen(started, READ_RUN).filter(({ path }) => its.runsOf(started).some(({ id }) => path.includes(id))).length;

/** Whoever runs now has looked at the run and at the pause several times, and the view says who holds it. */
async function untilHeld(started: StartedRequest): Promise<string | undefined> {
  const before = looksAt(started);
  await waitUntil('three looks at the held run', () => looksAt(started) >= before + 3, { withinMs: 120_000 });
  const view = await its.until(started, 'the pause', ({ blocker, source }) => source === 'workflow' && !!blocker);
  return view.blocker;
}

describe('a pause outlasts the worker process', () => {
  it.each<[string, (started: StartedRequest) => PauseScope, RegExp]>([
    ['of the installation', () => ({ kind: 'installation' }), /all applies are paused by olga: release freeze/],
    [
      'of the workspace',
      ({ organization, workspace }) => ({ kind: 'workspace', organization, workspace }),
      /applies in \S+ are paused by olga: release freeze/,
    ],
  ])(
    '%s: kill -9 and a new process hold the approved apply, and resume lets it go',
    async (_, scopeFor, words) => {
      const started = await its.start();
      await its.gate(started);
      const scope = scopeFor(started);
      expect(await its.client.pause({ ...PAUSE, scope })).toBe('paused');
      await its.approve(started);
      expect(await untilHeld(started)).toMatch(words);

      await its.killWorkers();
      await its.startWorker();
      expect(await untilHeld(started)).toMatch(words);
      expect(appliesOf(started)).toBe(0);

      expect(await its.client.resume({ scope, by: 'olga' })).toBe('resumed');
      expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject(APPLIED);
      expect(appliesOf(started)).toBe(1);
    },
    300_000,
  );

  it('made and approved while no worker runs: the first apply of the new process is held', async () => {
    const started = await its.start();
    await its.gate(started);
    await its.killWorkers();
    const scope = { kind: 'installation' } as const;
    await its.client.pause({ ...PAUSE, scope });
    await its.approve(started);

    await its.startWorker();
    expect(await untilHeld(started)).toMatch(/paused by olga/);
    expect(appliesOf(started)).toBe(0);

    await its.client.resume({ scope, by: 'olga' });
    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject(APPLIED);
    expect(appliesOf(started)).toBe(1);
  }, 300_000);

  // Control: the pause of one workspace is what holds it, not the restart.
  it('holds nothing in another workspace', async () => {
    const held = await its.start();
    const other = await its.start();
    const { organization, workspace } = held;
    const scope = { kind: 'workspace', organization, workspace } as const;
    await its.gate(held);
    await its.client.pause({ ...PAUSE, scope });
    await its.approve(held);
    await untilHeld(held);
    await its.killWorkers();
    await its.startWorker();
    await its.approve(other);

    expect(await its.ending(other, { withinMs: 120_000 })).toMatchObject(APPLIED);
    expect(appliesOf(held)).toBe(0);
    await its.client.resume({ scope, by: 'olga' });
    expect(await its.ending(held, { withinMs: 120_000 })).toMatchObject(APPLIED);
  }, 300_000);
});
