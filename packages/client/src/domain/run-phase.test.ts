import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PHASES } from '../contract/phase.ts';
import type { RunReading } from '../contract/run-reading.ts';
import { isFinalRun, isKnownStatus, isPastConfirmation, phaseOfRun, type RunPhase } from './run-phase.ts';

const NO_ACTIONS = { confirmable: false, discardable: false, cancelable: false };
const CONFIRMABLE = { confirmable: true, discardable: true, cancelable: false };

const aRun = (facts: Partial<RunReading>): RunReading => ({
  id: 'run-1',
  status: 'pending',
  actions: NO_ACTIONS,
  planOnly: false,
  statusTimestamps: {},
  ...facts,
});

/** Every status that TFE's API description, clients and documentation name, with the phase of a run that rests in it unconfirmable. */
const KNOWN: [status: string, phase: RunPhase][] = [
  ['pending', 'queued'],
  ['fetching', 'queued'],
  ['fetching_completed', 'queued'],
  ['pre_plan_running', 'queued'],
  ['pre_plan_completed', 'queued'],
  ['pre_plan_awaiting_decision', 'awaiting-override'],
  ['queuing', 'queued'],
  ['plan_queued', 'queued'],
  ['planning', 'planning'],
  ['planned', 'checking'],
  ['tf_policy_checked', 'checking'],
  ['tf_policy_override', 'awaiting-override'],
  ['post_plan_running', 'checking'],
  ['post_plan_awaiting_decision', 'awaiting-override'],
  ['post_plan_completed', 'checking'],
  ['cost_estimating', 'checking'],
  ['cost_estimated', 'checking'],
  ['policy_checking', 'checking'],
  ['policy_checked', 'checking'],
  ['policy_override', 'awaiting-override'],
  ['policy_soft_failed', 'ended-badly'],
  ['confirmed', 'applying'],
  ['queuing_apply', 'applying'],
  ['apply_queued', 'applying'],
  ['pre_apply_running', 'applying'],
  ['pre_apply_completed', 'applying'],
  ['pre_apply_awaiting_decision', 'awaiting-override'],
  ['applying', 'applying'],
  ['post_apply_running', 'applying'],
  ['post_apply_completed', 'applying'],
  ['applied', 'finished'],
  ['planned_and_finished', 'finished'],
  ['planned_and_saved', 'checking'],
  ['errored', 'ended-badly'],
  ['canceled', 'ended-badly'],
  ['force_canceled', 'ended-badly'],
  ['discarded', 'ended-badly'],
];

const FINAL = KNOWN.filter(([, phase]) => phase === 'finished' || phase === 'ended-badly').map(([status]) => status);
// What is past its confirmation or waits for an override is that, whatever the flag of a lagging server says.
const FLAG_DOES_NOT_COUNT = KNOWN.filter(([, phase]) => !['queued', 'planning', 'checking'].includes(phase));

const actions = fc.record({ confirmable: fc.boolean(), discardable: fc.boolean(), cancelable: fc.boolean() });
const TIMESTAMP_NAMES = [
  'plan-queued-at',
  'planning-at',
  'planned-at',
  'policy-checked-at',
  'confirmed-at',
  'apply-queued-at',
  'applying-at',
  'applied-at',
  'discarded-at',
  'errored-at',
  'some-new-stage-at',
];
const timestampName = fc.constantFrom(...TIMESTAMP_NAMES);
const anyRun = (status: fc.Arbitrary<string>): fc.Arbitrary<RunReading> =>
  fc
    .record(
      {
        status,
        actions,
        hasChanges: fc.boolean(),
        planOnly: fc.boolean(),
        autoApply: fc.boolean(),
        savePlan: fc.boolean(),
        statusTimestamps: fc.dictionary(timestampName, fc.constant('2026-01-01T00:00:00Z')),
      },
      { requiredKeys: ['status', 'actions', 'planOnly', 'statusTimestamps'] },
    )
    .map(aRun);
const knownStatus = fc.constantFrom(...KNOWN.map(([status]) => status));
const unknownStatus = fc
  .oneof(fc.string(), fc.constantFrom('assessing', 'assessed', 'Applied', 'toString', '__proto__', 'applied '))
  .filter((status) => !KNOWN.some(([known]) => known === status));

describe('the phase of a run', () => {
  it.each(KNOWN)('in status %s is %s while TFE does not let it be confirmed', (status, phase) => {
    expect(phaseOfRun(aRun({ status }))).toBe(phase);
    expect(isKnownStatus(status)).toBe(true);
  });

  it.each(KNOWN)('in status %s (%s) follows the confirmable flag only before the apply', (status, phase) => {
    const expected = FLAG_DOES_NOT_COUNT.some(([other]) => other === status) ? phase : 'awaiting-confirmation';

    expect(phaseOfRun(aRun({ status, actions: CONFIRMABLE }))).toBe(expected);
  });

  it('of a confirmable run without changes is not an approval: TFE ends it by itself', () => {
    expect(phaseOfRun(aRun({ status: 'planned', actions: CONFIRMABLE, hasChanges: false }))).toBe('checking');
  });

  it('of a confirmable run is an approval when an old server does not say whether there are changes', () => {
    expect(phaseOfRun(aRun({ status: 'planned', actions: CONFIRMABLE }))).toBe('awaiting-confirmation');
  });

  it.each([
    [{}, 'queued'],
    [{ 'plan-queued-at': 't' }, 'queued'],
    [{ 'planning-at': 't' }, 'planning'],
    [{ 'planning-at': 't', 'planned-at': 't' }, 'checking'],
    [{ 'planned-at': 't', 'confirmed-at': 't' }, 'applying'],
    [{ 'planned-at': 't', 'apply-queued-at': 't' }, 'applying'],
    [{ 'planned-at': 't', 'post-apply-running-at': 't' }, 'applying'],
  ])('in an unknown status is placed by the stages passed: %j is %s', (statusTimestamps, phase) => {
    expect(phaseOfRun(aRun({ status: 'brand_new_status', statusTimestamps }))).toBe(phase);
  });

  it('is one of the closed list for every status, flag and timestamp', () => {
    fc.assert(
      fc.property(anyRun(fc.oneof(knownStatus, unknownStatus)), (run) => {
        expect(PHASES).toContain(phaseOfRun(run));
      }),
    );
  });

  it('is awaiting-confirmation only when TFE itself lets the run be confirmed and there may be changes', () => {
    fc.assert(
      fc.property(anyRun(fc.oneof(knownStatus, unknownStatus)), (run) => {
        fc.pre(phaseOfRun(run) === 'awaiting-confirmation');

        expect(run.actions.confirmable).toBe(true);
        expect(run.hasChanges).not.toBe(false);
      }),
    );
  });

  it('is awaiting-confirmation for every confirmable run with changes that has not gone further', () => {
    const further = FLAG_DOES_NOT_COUNT.map(([status]) => status);
    fc.assert(
      fc.property(anyRun(fc.oneof(knownStatus, unknownStatus)), (run) => {
        fc.pre(run.actions.confirmable && run.hasChanges !== false && !further.includes(run.status));

        expect(phaseOfRun(run)).toBe('awaiting-confirmation');
      }),
    );
  });
});

describe('a final run', () => {
  it('is known by its status alone, whatever else the server says', () => {
    fc.assert(
      fc.property(anyRun(fc.oneof(knownStatus, unknownStatus)), (run) => {
        expect(isFinalRun(run)).toBe(FINAL.includes(run.status));
      }),
    );
  });

  it('is never seen in an unknown status: that is waited out', () => {
    fc.assert(
      fc.property(anyRun(unknownStatus), (run) => {
        expect(isKnownStatus(run.status)).toBe(false);
        expect(isFinalRun(run)).toBe(false);
      }),
    );
  });
});

describe('a run past its confirmation', () => {
  it.each(['confirmed-at', 'apply-queued-at', 'applying-at'])('is known by %s, also when it has ended', (name) => {
    const statusTimestamps = { [name]: '2026-01-01T00:00:00Z' };

    expect(isPastConfirmation(aRun({ status: 'errored', statusTimestamps }))).toBe(true);
    expect(isPastConfirmation(aRun({ status: 'canceled', statusTimestamps }))).toBe(true);
  });

  it.each(['planned', 'discarded', 'errored', 'planned_and_finished', 'policy_override'])(
    'is not one that is %s without any such stage',
    (status) => {
      expect(isPastConfirmation(aRun({ status, statusTimestamps: { 'planned-at': 't' } }))).toBe(false);
    },
  );

  it('is every run that is applying or applied', () => {
    fc.assert(
      fc.property(anyRun(fc.oneof(knownStatus, unknownStatus)), (run) => {
        fc.pre(phaseOfRun(run) === 'applying' || run.status === 'applied');

        expect(isPastConfirmation(run)).toBe(true);
      }),
    );
  });
});
