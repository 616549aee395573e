import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RunReading, Verdict } from '@runwright/client/contract';
import { isFinalRun, isPastConfirmation, phaseOfRun, type RunPhase } from '@runwright/client/domain';
import { nextStep, type RunFacts } from './next-step.ts';

const READING: RunReading = {
  id: 'run-1',
  status: 'pending',
  actions: { confirmable: false, discardable: false, cancelable: true },
  planOnly: false,
  statusTimestamps: {},
};
const CONFIRMABLE = { confirmable: true, discardable: true, cancelable: false };
const AT = '2026-01-01T00:00:00Z';

/** A run in each phase, as TFE shows it. */
const IN_PHASE: Record<RunPhase, RunReading> = {
  queued: READING,
  planning: { ...READING, status: 'planning' },
  checking: { ...READING, status: 'cost_estimating' },
  'awaiting-override': { ...READING, status: 'policy_override', actions: { ...CONFIRMABLE, confirmable: false } },
  'awaiting-confirmation': { ...READING, status: 'planned', actions: CONFIRMABLE },
  applying: { ...READING, status: 'applying', statusTimestamps: { 'confirmed-at': AT } },
  finished: { ...READING, status: 'applied' },
  'ended-badly': { ...READING, status: 'discarded' },
};
const HELD_APPLY: RunReading = {
  ...READING,
  status: 'pre_apply_awaiting_decision',
  statusTimestamps: { 'confirmed-at': AT },
};

/** Nothing has happened but that the run is there. */
const factsOf = (run: RunReading, facts: Partial<RunFacts> = {}): RunFacts => ({
  run,
  phase: phaseOfRun(run),
  verdict: 'pending',
  canceled: false,
  gone: false,
  passed: [],
  endedFor: undefined,
  confirmer: 'nobody',
  overrideDue: false,
  asked: false,
  confirmedElsewhere: 'finish',
  cancelDuringApply: 'finish',
  ...facts,
});
const stepOf = (phase: RunPhase, facts: Partial<RunFacts> = {}): string => {
  const next = nextStep(factsOf(IN_PHASE[phase], facts));
  return next.kind === 'end' ? `end: ${next.for}` : next.kind;
};

const PHASES = Object.keys(IN_PHASE) as RunPhase[];
const BEFORE_CONFIRMATION = PHASES.filter((phase) => !isPastConfirmation(IN_PHASE[phase]) && !isFinal(phase));
function isFinal(phase: RunPhase): boolean {
  return isFinalRun(IN_PHASE[phase]);
}

describe('the next step of a run', () => {
  it.each<[RunPhase, Partial<RunFacts>, string]>([
    ['queued', {}, 'plan'],
    ['planning', {}, 'plan'],
    ['checking', {}, 'plan'],
    ['checking', { asked: true }, 'people'],
    ['checking', { asked: true, verdict: 'approved' }, 'people'],
    ['awaiting-override', {}, 'people'],
    ['awaiting-override', { verdict: 'approved' }, 'people'],
    ['awaiting-override', { overrideDue: true }, 'override'],
    ['awaiting-override', { overrideDue: true, verdict: 'approved' }, 'override'],
    ['awaiting-confirmation', {}, 'people'],
    ['awaiting-confirmation', { verdict: 'approved' }, 'apply'],
    ['awaiting-confirmation', { verdict: 'approved', confirmer: 'us' }, 'apply'], // in doubt
    ['awaiting-confirmation', { phase: 'applying', verdict: 'approved', confirmer: 'us' }, 'finish'], // accepted, not seen
    ['applying', { verdict: 'approved', confirmer: 'us' }, 'finish'],
    ['applying', { confirmer: 'somebody-else' }, 'finish'],
    ['finished', {}, 'done'],
    ['ended-badly', {}, 'done'],
  ])('that is %s, with %j: %s', (phase, facts, step) => {
    expect(stepOf(phase, facts)).toBe(step);
  });

  describe.each(BEFORE_CONFIRMATION)('that is %s, before its confirmation', (phase) => {
    it.each<[Partial<RunFacts>, string]>([
      [{ canceled: true }, 'end: canceled'],
      [{ verdict: 'rejected' }, 'end: rejected'],
      [{ verdict: 'expired' }, 'end: expired'],
      [{ passed: ['queue'] }, 'end: deadline'],
      [{ passed: ['plan'] }, 'end: deadline'],
      [{ canceled: true, verdict: 'approved', overrideDue: true }, 'end: canceled'],
      [{ canceled: true, verdict: 'rejected' }, 'end: canceled'],
      [{ endedFor: 'rejected', canceled: true }, 'end: rejected'],
      [{ endedFor: 'option-ignored', verdict: 'approved' }, 'end: option-ignored'],
    ])('with %j: %s', (facts, step) => {
      expect(stepOf(phase, facts)).toBe(step);
    });
  });

  it.each<[Partial<RunFacts>, string]>([
    [{ canceled: true, confirmer: 'us' }, 'finish'],
    [{ canceled: true, confirmer: 'us', cancelDuringApply: 'interrupt' }, 'end: canceled'],
    [{ canceled: true, confirmer: 'us', confirmedElsewhere: 'interrupt' }, 'finish'],
    [{ confirmer: 'somebody-else', confirmedElsewhere: 'interrupt' }, 'end: confirmed-elsewhere'],
    [{ confirmer: 'somebody-else', confirmedElsewhere: 'interrupt', endedFor: 'rejected' }, 'end: rejected'],
    [{ confirmer: 'us', passed: ['apply'] }, 'end: deadline'],
    [{ confirmer: 'somebody-else', passed: ['apply'] }, 'finish'],
    [{ confirmer: 'us', passed: ['queue', 'plan'] }, 'finish'],
    [{ confirmer: 'us', verdict: 'rejected' }, 'finish'],
    [{ confirmer: 'somebody-else', endedFor: 'rejected' }, 'finish'],
    [{ confirmer: 'somebody-else', endedFor: 'expired' }, 'finish'],
    [{ confirmer: 'somebody-else', endedFor: 'canceled', canceled: true }, 'finish'],
    [{ confirmer: 'somebody-else', endedFor: 'option-ignored' }, 'end: option-ignored'],
  ])('whose apply is under way, with %j: %s', (facts, step) => {
    expect(stepOf('applying', facts)).toBe(step);
  });

  it.each<[string, Partial<RunFacts>, string]>([
    ['waits for the apply', {}, 'finish'],
    ['is overridden', { overrideDue: true }, 'override'],
    ['is overridden, also when the request was canceled', { overrideDue: true, canceled: true }, 'override'],
    ['is overridden, also when it was to be ended before', { overrideDue: true, endedFor: 'rejected' }, 'override'],
    [
      'is ended where the apply may be interrupted',
      { overrideDue: true, canceled: true, cancelDuringApply: 'interrupt' },
      'end: canceled',
    ],
  ])('whose apply a task holds: it %s', (_what, facts, step) => {
    const next = nextStep(factsOf(HELD_APPLY, { confirmer: 'us', ...facts }));
    expect(next.kind === 'end' ? `end: ${next.for}` : next.kind).toBe(step);
  });
});

describe('whatever the facts are', () => {
  const facts: fc.Arbitrary<RunFacts> = fc
    .record({
      run: fc.constantFrom(...Object.values(IN_PHASE), HELD_APPLY),
      verdict: fc.constantFrom<Verdict>('pending', 'approved', 'rejected', 'expired'),
      canceled: fc.boolean(),
      gone: fc.boolean(),
      passed: fc.subarray(['queue', 'plan', 'apply'] as const),
      endedFor: fc.constantFrom(
        undefined,
        ...(['rejected', 'expired', 'deadline', 'canceled', 'confirmed-elsewhere', 'option-ignored'] as const),
      ),
      confirmer: fc.constantFrom('nobody' as const, 'us' as const, 'somebody-else' as const),
      overrideDue: fc.boolean(),
      asked: fc.boolean(),
      confirmedElsewhere: fc.constantFrom('finish' as const, 'interrupt' as const),
      cancelDuringApply: fc.constantFrom('finish' as const, 'interrupt' as const),
    })
    .map((some) => ({ ...some, phase: phaseOfRun(some.run) }));

  it('an apply is sent only for a run that is approved, waits for it, and that nothing speaks against', () => {
    fc.assert(
      fc.property(facts, (some) => {
        fc.pre(nextStep(some).kind === 'apply');

        expect(some).toMatchObject({ verdict: 'approved', canceled: false, gone: false, endedFor: undefined });
        expect(some.run.actions.confirmable).toBe(true);
        expect(some.passed).not.toContain('queue');
        expect(some.passed).not.toContain('plan');
      }),
      { maxSkipsPerRun: 10_000 }, // few facts let an apply be sent
    );
  });

  it('a run is done exactly when it is final', () => {
    fc.assert(
      fc.property(facts, (some) => {
        expect(nextStep(some).kind === 'done').toBe(isFinalRun(some.run));
      }),
    );
  });

  it('a run that is gone is given up unless it is final', () => {
    fc.assert(
      fc.property(facts, (some) => {
        fc.pre(some.gone);

        expect(nextStep(some).kind).toBe(isFinalRun(some.run) ? 'done' : 'give-up');
      }),
    );
  });

  it('what is being ended goes on being ended until it is final, confirmed, overridden or gone', () => {
    fc.assert(
      fc.property(facts, (some) => {
        fc.pre(some.endedFor !== undefined && !some.gone && !isFinalRun(some.run) && !isPastConfirmation(some.run));

        expect(nextStep(some)).toEqual({ kind: 'end', for: some.endedFor });
      }),
    );
  });
});
