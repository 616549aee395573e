import { copyFileSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli-process.ts';
import type { FaultLane } from '../support/fault-lane.ts';
import type { OwnTemporal } from '../support/own-temporal.ts';
import { APPLIED, APPLY, CREATE, LIST, UPLOAD, type StartedRequest } from '../support/request-ledger.ts';
import { useLaneOnOwnTemporal } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

let temporal: OwnTemporal;
let its: FaultLane;
useLaneOnOwnTemporal((opened) => ({ temporal, its } = opened), { isForgetful: true });

// That it was this very request which confirmed the run is forgotten with the rest (docs/reliability.md).
const HONEST = expect.stringMatching(/^(applied|confirmed-elsewhere)$/);

const copyFile = (): string => `${temporal.databaseFile}.copy`;

/** What an operator's nightly job does: a copy of the database as it is at one moment, while the server runs. */
async function takeBackup(): Promise<void> {
  const database = new DatabaseSync(temporal.databaseFile, { readOnly: true });
  try {
    await backup(database, copyFile());
  } finally {
    database.close();
  }
}

/** Temporal is as it was at the backup; TFE has gone on. `declared`: as docs/operations.md says. */
async function restoreBackup(how: 'declared' | 'unsaid'): Promise<void> {
  await its.killWorkers();
  await temporal.stop();
  for (const suffix of ['-wal', '-shm']) rmSync(temporal.databaseFile + suffix, { force: true });
  copyFileSync(copyFile(), temporal.databaseFile);
  await temporal.restart();
  if (how === 'declared') await runSetupRestored();
  await its.startWorker();
}

async function runSetupRestored(): Promise<void> {
  const { code, stderr } = await runCli(['setup', '--restored', '--json'], {
    env: {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: 'default',
      TFE_ADDRESS: its.tfe.address,
      TFE_TOKEN: its.tfe.token,
      RUNWRIGHT_INSTALLATION: its.installation,
    },
    withinMs: 120_000,
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

/** A request whose backup is taken while its archive is on the way: it has no run yet. */
async function startWithBackupBeforeTheRun(): Promise<StartedRequest> {
  its.tfe.faults.add({ match: UPLOAD, fault: 'slow', ms: 1_000 });
  const started = await its.start();
  await waitUntil('the upload', () => its.seen(started, UPLOAD).length > 0, { withinMs: 60_000 });
  // Held still, so that the copy is of this moment.
  for (const worker of its.workers()) worker.signal('SIGSTOP');
  await takeBackup();
  expect(its.seen(started, CREATE)).toHaveLength(0);
  for (const worker of its.workers()) worker.signal('SIGCONT');
  return started;
}

const acceptedApplies = (started: StartedRequest): number =>
  its.seen(started, APPLY).filter(({ committed }) => committed).length;

describe('Temporal, put back to an older copy of its database and declared with setup --restored', () => {
  it('a run that was created after the copy is adopted, approved and applied once', async () => {
    const started = await startWithBackupBeforeTheRun();
    const runId = await its.gate(started);
    const listings = its.seen(started, LIST).length;

    await restoreBackup('declared');

    expect(await its.gate(started)).toBe(runId);
    expect(its.seen(started, LIST).length).toBeGreaterThan(listings);
    await its.approve(started);
    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject(APPLIED);
    expect(its.runsOf(started)).toHaveLength(1);
    expect(its.seen(started, CREATE)).toHaveLength(1);
    expect(acceptedApplies(started)).toBe(1);
  }, 300_000);

  it('a run that was created and applied after the copy is found applied, and nothing is applied again', async () => {
    const started = await startWithBackupBeforeTheRun();
    const runId = await its.approve(started);
    expect(await its.ending(started)).toMatchObject(APPLIED);

    await restoreBackup('declared');

    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject({
      kind: 'completed',
      result: { runId, outcome: HONEST, status: 'applied', changed: 'something' },
    });
    expect(its.runsOf(started)).toHaveLength(1);
    expect(its.seen(started, CREATE)).toHaveLength(1);
    expect(acceptedApplies(started)).toBe(1);
  }, 300_000);

  it('an approval that was given after the copy is forgotten, its apply is found, and nothing is applied again', async () => {
    const started = await its.start();
    const runId = await its.gate(started);
    await takeBackup();
    await its.approve(started);
    expect(await its.ending(started)).toMatchObject(APPLIED);

    await restoreBackup('declared');

    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject({
      kind: 'completed',
      result: { runId, outcome: HONEST, status: 'applied', changed: 'something' },
    });
    expect(its.runsOf(started)).toHaveLength(1);
    expect(acceptedApplies(started)).toBe(1);
  }, 300_000);

  // Control: without the declaration the request cannot know, and makes the second run that is prevented above.
  it('unsaid: the request creates a second run', async () => {
    const started = await startWithBackupBeforeTheRun();
    const runId = await its.gate(started);

    await restoreBackup('unsaid');

    await waitUntil('the second run', () => its.runsOf(started).length === 2, { withinMs: 120_000 });
    // So that the workspace is free again: the first one is nobody's now.
    its.tfe.people.add({ act: 'discard', run: runId, as: 'mallory' });
    await its.reject(started);
    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject({ result: { outcome: 'rejected' } });
  }, 300_000);
});
