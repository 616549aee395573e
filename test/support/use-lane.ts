import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { openLane, type FaultLane, type LaneOptions } from './fault-lane.ts';
import { startOwnTemporal, type OwnTemporal } from './own-temporal.ts';
import { temporalAddress, workflowBundle } from './temporal.ts';

/** A Temporal server may have to start, and a worker, on a machine that is busy. */
const OPEN_WITHIN_MS = 180_000;
const CLOSE_WITHIN_MS = 60_000;

export interface LaneWanted extends Pick<LaneOptions, 'firstWorker' | 'timing'> {
  /** After each test, before its invariants are checked: what is still under way is brought to an end. */
  readonly settle?: (its: FaultLane) => Promise<void>;
}

/**
 * One lane for all tests of a file, on the run's Temporal server; after each test nothing is held or set to fail any more,
 * and the invariants have held. Call it once, at the top of the file.
 *
 * @param take gets the lane before the first test.
 */
export function useLane(take: (its: FaultLane) => void, { settle, ...options }: LaneWanted = {}): void {
  useOpened(async () => {
    const its = await openLane({
      temporalAddress: temporalAddress(),
      workflowBundle: workflowBundle().codePath,
      ...options,
    });
    take(its);
    return { its, close: its.close };
  }, settle);
}

/** The same on a Temporal server of the file's own, which may be killed. */
export function useLaneOnOwnTemporal(
  take: (opened: { readonly its: FaultLane; readonly temporal: OwnTemporal }) => void,
  options: Pick<LaneOptions, 'isForgetful'> = {},
): void {
  useOpened(async () => {
    const temporal = await startOwnTemporal();
    const its = await openLane({
      temporalAddress: temporal.address,
      workflowBundle: workflowBundle().codePath,
      ...options,
    });
    take({ its, temporal });
    const close = async (): Promise<void> => {
      await its.close();
      await temporal.close();
    };
    return { its, close };
  });
}

interface Opened {
  readonly its: FaultLane;
  close(): Promise<void>;
}

function useOpened(open: () => Promise<Opened>, settle?: LaneWanted['settle']): void {
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = await open();
  }, OPEN_WITHIN_MS);
  afterAll(() => opened?.close(), CLOSE_WITHIN_MS);
  afterEach(async () => {
    if (opened === undefined) return;
    const { its } = opened;
    its.tfe.faults.clear();
    its.tfe.holds.release();
    await settle?.(its);
    expect(await its.violations()).toEqual([]);
  }, OPEN_WITHIN_MS);
}
