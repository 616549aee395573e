import { afterEach, describe, expect, it } from '@jest/globals';
import type { PersonRequest } from '../../packages/local-tfe/src/control/people.ts';
import { useFaultBench } from '../support/fault-bench.ts';

const bench = useFaultBench();

afterEach(async () => {
  const its = await bench();
  its.tfe.people.clear();
  its.tfe.holds.release();
  expect(await its.violations()).toEqual([]);
});

type Act = NonNullable<PersonRequest['act']>;
type When = NonNullable<PersonRequest['when']>;

const COMPLETED = (outcome: string, changed: string) => ({ kind: 'completed', result: { outcome, changed } });

/** Somebody with more rights than ours acts on the run when it reaches a status; nobody has decided with us yet. */
const UNDECIDED: [Act, When, object][] = [
  ['cancel', 'pending', COMPLETED('canceled', 'nothing')],
  ['discard', 'pending', COMPLETED('discarded-elsewhere', 'nothing')],
  ['cancel', 'planning', COMPLETED('canceled', 'nothing')],
  ['discard', 'confirmable', COMPLETED('discarded-elsewhere', 'nothing')],
  ['confirm', 'confirmable', COMPLETED('confirmed-elsewhere', 'something')],
];

describe('somebody acts in TFE before anybody decided with us', () => {
  it.each(UNDECIDED)('%s when the run is %s', async (act, when, ending) => {
    const its = await bench();
    const where = await its.workspace();
    if (when === 'pending' || when === 'planning') its.tfe.holds.add({ status: when, workspaceId: where.id });
    const person = its.tfe.people.add({ act, when, workspace: where.id, as: 'mallory' });
    const started = await its.start({ in: where });

    expect(await its.ending(started)).toMatchObject(ending);
    expect(its.tfe.people.list().find(({ id }) => id === person.id)).toMatchObject({ done: 1, refusals: [] });
  });

  it('force-executes our queued run: the holder is discarded, ours goes on', async () => {
    const its = await bench();
    const where = await its.workspace();
    const holder = await its.start({ in: where });
    await its.gate(holder);
    const started = await its.start({ in: where });
    const { runId } = await its.until(
      started,
      'the queue',
      ({ phase, runId: id }) => phase === 'queued' && id !== undefined,
    );

    its.tfe.people.add({ act: 'force-execute', run: runId!, as: 'mallory' });
    await its.approve(started);

    expect(await its.ending(holder)).toMatchObject(COMPLETED('discarded-elsewhere', 'nothing'));
    expect(await its.ending(started)).toMatchObject(COMPLETED('applied', 'something'));
  });
});

describe('somebody acts in TFE on an approved run', () => {
  it.each<[Act, 'confirmed' | 'applying']>([
    ['cancel', 'applying'],
    ['force-cancel', 'applying'],
  ])('%s while it is %s: what was changed is not denied', async (act, when) => {
    const its = await bench();
    const where = await its.workspace();
    its.tfe.holds.add({ status: when, workspaceId: where.id });
    const started = await its.start({ in: where });
    const runId = await its.approve(started);
    await its.until(started, 'the apply', ({ status }) => status === when);

    if (act === 'force-cancel') {
      its.tfe.services.settings.forceCancelAfterMs = 0;
      its.tfe.services.scripts.set(where.id, { apply: { 'ignores-cancel': true } });
      its.tfe.people.add({ act: 'cancel', run: runId, as: 'mallory' });
    }
    its.tfe.people.add({ act, run: runId, as: 'mallory' });

    expect(await its.ending(started)).toMatchObject({ kind: 'completed', result: { outcome: 'canceled' } });
  });

  it('confirms it at the same moment as we do: it is applied once', async () => {
    const its = await bench();
    const started = await its.start();
    const runId = await its.gate(started);
    // The answer to our apply comes late, and somebody confirms meanwhile.
    its.tfe.faults.add({ match: 'POST /runs/:run_id/actions/apply', fault: 'slow', ms: 300 });
    await its.approve(started);
    await its.until(started, 'our apply', () => its.seen(started, 'POST /runs/:run_id/actions/apply').length === 1);
    its.tfe.people.add({ act: 'confirm', run: runId, as: 'mallory' });

    const ending = await its.ending(started);

    expect(ending).toMatchObject({ kind: 'completed', result: { status: 'applied', changed: 'something' } });
    expect(its.seen(started, 'POST /runs/:run_id/actions/apply')).toMatchObject([{ committed: false }]);
  });
});

describe('a locked workspace', () => {
  it('keeps our pending run waiting, names the lock, and lets it go on', async () => {
    const its = await bench();
    const where = await its.workspace();
    its.tfe.people.add({ act: 'lock-workspace', workspace: where.id, as: 'mallory', comment: 'maintenance' });
    const started = await its.start({ in: where });

    const { blocker } = await its.until(started, 'the blocker', (view) => view.blocker !== undefined);
    its.tfe.people.add({ act: 'unlock-workspace', workspace: where.id, as: 'mallory' });
    await its.approve(started);

    expect(blocker).toMatch(/locked.*maintenance/);
    expect(await its.ending(started)).toMatchObject(COMPLETED('applied', 'something'));
  });
});
