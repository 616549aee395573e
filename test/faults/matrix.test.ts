import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLane, type FaultLane } from '../support/fault-lane.ts';
import { forgetCases, isGood, keepCase, reportOf, type CaseResult } from '../support/fault-report.ts';
import { temporalAddress, workflowBundle } from '../support/temporal.ts';
import { attempt } from './matrix/attempt.ts';
import { casesOf, nameOf } from './matrix/cases.ts';

// Mostly they wait: a machine with nothing else to do carries more of them.
const LANES = Number(process.env['RUNWRIGHT_FAULTS_LANES'] ?? 2);
const slice = process.env['RUNWRIGHT_FAULTS_SLICE'];
// Of one that was found, for whoever looks into it.
const only = process.env['RUNWRIGHT_FAULTS_ONLY'];
const cases = casesOf(slice, LANES).filter((one) => only === undefined || nameOf(one).includes(only));
const results: CaseResult[] = [];
let lanes: FaultLane[] = [];

// All at once, over all lanes: mostly they wait, for a dead worker's heartbeat or a silent TFE.
beforeAll(
  async () => {
    forgetCases();
    const options = { temporalAddress: temporalAddress(), workflowBundle: workflowBundle().codePath };
    lanes = await Promise.all(Array.from({ length: LANES }, () => openLane(options)));
    const left = [...cases];
    const oneAfterAnother = async (lane: FaultLane): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const result = await attempt(lane, next);
        results.push(result);
        // At once: the whole matrix takes long.
        keepCase(result);
        if (!isGood(result)) process.stderr.write(`not good: ${JSON.stringify(result)}\n`);
      }
    };
    await Promise.all(lanes.map(oneAfterAnother));
  },
  4 * 60 * 60_000,
);

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  process.stderr.write(`${reportOf(results, slice === undefined ? 'the whole matrix' : `slice ${slice}`)}\n`);
}, 60_000);

describe('a request survives every fault, whatever else happens meanwhile', () => {
  it.each([...new Set(cases.map(({ target }) => target.name))])('%s', (target) => {
    const own = results.filter((result) => result.target === target);

    expect(own).toHaveLength(cases.filter((one) => one.target.name === target).length);
    expect(own.filter((result) => !isGood(result))).toEqual([]);
  });
});
