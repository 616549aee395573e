import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Timing } from '@runwright/client/contract';
import { faultsOfTimes, LEAST_TIMES } from './time-floors.ts';

const names = Object.keys(LEAST_TIMES) as (keyof Timing)[];

describe('the times of a request', () => {
  it('may be as short as the least of each', () => {
    expect(faultsOfTimes(LEAST_TIMES)).toEqual([]);
  });

  it.each(names)('may not have a shorter %s: value and bound are named', (name) => {
    const [fault] = faultsOfTimes({ ...LEAST_TIMES, [name]: LEAST_TIMES[name] - 1 });

    expect(fault).toBe(
      `timing.${name}: ${LEAST_TIMES[name] - 1} ms is too short, the least is ${LEAST_TIMES[name]} ms`,
    );
  });

  it.each([
    ['actionSettlesMs', 'pollMinMs'],
    ['goneMs', 'pollRefusedMs'],
  ] as const)('leave room for two looks: %s is at least twice %s', (name, pause) => {
    const timing = { ...LEAST_TIMES, [pause]: 20 * 60_000, [name]: 40 * 60_000 };

    expect(faultsOfTimes(timing)).toEqual([]);
    expect(faultsOfTimes({ ...timing, [name]: timing[name] - 1 })).toEqual([
      `timing.${name}: 2399999 ms is too short, the least is twice timing.${pause}, 2400000 ms`,
    ]);
  });

  it('are all refused at once where several are too short', () => {
    const any = fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 1, max: 10_000_000 })])));
    fc.assert(
      fc.property(any, (drawn) => {
        const timing = drawn as unknown as Timing;
        const tooShort = names.filter((name) => timing[name] < LEAST_TIMES[name]);
        const faults = faultsOfTimes(timing);
        for (const name of tooShort) expect(faults).toContainEqual(expect.stringContaining(`timing.${name}: `));
      }),
    );
  });
});
