import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Changed,
  FAILURE_TYPES,
  OUTCOMES,
  type ResourceCounts,
  type RunReading,
} from '@runwright/client/contract';
import { isPastConfirmation } from '@runwright/client/domain';
import { endingOf, type Ending, type EndedFor, type OurActs } from './outcome.ts';

const aRun = (facts: Partial<RunReading>): RunReading => ({
  id: 'run-1',
  status: 'applied',
  actions: { confirmable: false, discardable: false, cancelable: false },
  planOnly: false,
  autoApply: false,
  hasChanges: true,
  statusTimestamps: {},
  ...facts,
});
const FIRST = '2026-01-01T00:00:00Z';
const PLANNED = { 'planned-at': FIRST };
const CONFIRMED = { ...PLANNED, 'confirmed-at': '2026-01-01T00:01:00Z' };
const NOTHING_SENT: OurActs = { applySent: false, emptyApply: 'refused' };
const SENT: OurActs = { ...NOTHING_SENT, applySent: true };
const endedFor = (endedFor: EndedFor, acts = NOTHING_SENT): OurActs => ({ ...acts, endedFor });
const NONE: ResourceCounts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
const TWO: ResourceCounts = { ...NONE, additions: 2 };

const inShort = (ending: Ending): [string, Changed?] => {
  switch (ending.kind) {
    case 'canceled':
      return ['Canceled'];
    case 'outcome':
      return [ending.outcome, ending.changed];
    case 'failure':
      return [`failure ${ending.type}`, ending.changed];
  }
};

type Row = [
  status: string,
  what: string,
  run: Partial<RunReading>,
  acts: OurActs,
  counts: ResourceCounts | undefined,
  ...ReturnType<typeof inShort>,
];

// One row, one case: columns read better than wrapped lines.
// prettier-ignore
const ENDINGS: Row[] = [
  ['applied', 'by us', { statusTimestamps: CONFIRMED }, SENT, TWO, 'applied', 'something'],
  ['applied', 'by us, after a deadline had asked TFE to cancel it', {}, endedFor('deadline', SENT), TWO, 'applied', 'something'],
  ['applied', 'by somebody in TFE', {}, NOTHING_SENT, TWO, 'confirmed-elsewhere', 'something'],
  ['applied', 'by somebody in TFE, while it was rejected', {}, endedFor('rejected'), TWO, 'confirmed-elsewhere', 'something'],
  ['applied', 'by TFE itself, which ignored auto-apply', { autoApply: true }, NOTHING_SENT, TWO, 'failure option-ignored', 'something'],
  ['applied', 'though we ended it for an ignored option', {}, endedFor('option-ignored'), TWO, 'failure option-ignored', 'something'],
  ['applied', 'empty, as approved in advance', { hasChanges: false, allowEmptyApply: true }, { ...NOTHING_SENT, emptyApply: 'approved-in-advance' }, NONE, 'applied', 'nothing'],
  ['applied', 'with changes, under a policy for empty ones', {}, { ...NOTHING_SENT, emptyApply: 'approved-in-advance' }, TWO, 'confirmed-elsewhere', 'something'],
  ['planned_and_finished', 'without changes', { hasChanges: false }, NOTHING_SENT, undefined, 'no-changes', 'nothing'],
  ['planned_and_finished', 'plan-only', { planOnly: true }, NOTHING_SENT, undefined, 'plan-only', 'nothing'],
  ['planned_and_finished', 'while it was canceled', {}, endedFor('canceled'), undefined, 'Canceled'],
  ['planned_and_finished', 'with an ignored option', {}, endedFor('option-ignored'), undefined, 'failure option-ignored', 'nothing'],
  ['discarded', 'as rejected', {}, endedFor('rejected'), undefined, 'rejected', 'nothing'],
  ['discarded', 'as expired', {}, endedFor('expired'), undefined, 'expired', 'nothing'],
  ['discarded', 'as canceled', {}, endedFor('canceled'), undefined, 'Canceled'],
  ['discarded', 'for a deadline', {}, endedFor('deadline'), undefined, 'failure deadline-exceeded', 'nothing'],
  ['discarded', 'for an ignored option', {}, endedFor('option-ignored'), undefined, 'failure option-ignored', 'nothing'],
  ['discarded', 'by somebody in TFE', {}, NOTHING_SENT, undefined, 'discarded-elsewhere', 'nothing'],
  ['discarded', 'a saved plan', { savePlan: true }, NOTHING_SENT, undefined, 'superseded', 'nothing'],
  ['canceled', 'before its apply, as asked', {}, endedFor('canceled'), undefined, 'Canceled'],
  ['canceled', 'during its apply, as asked', { statusTimestamps: CONFIRMED }, endedFor('canceled', SENT), TWO, 'canceled', 'something'],
  ['canceled', 'during its apply, on a server without timestamps', {}, endedFor('canceled', SENT), undefined, 'canceled', 'unknown'],
  ['canceled', 'during its apply, for a deadline', { statusTimestamps: CONFIRMED }, endedFor('deadline', SENT), undefined, 'failure deadline-exceeded', 'unknown'],
  ['canceled', 'during somebody’s apply, as the policy says', { statusTimestamps: CONFIRMED }, endedFor('confirmed-elsewhere'), TWO, 'confirmed-elsewhere', 'something'],
  ['canceled', 'during somebody’s apply, though it was rejected', { statusTimestamps: CONFIRMED }, endedFor('rejected'), undefined, 'confirmed-elsewhere', 'unknown'],
  ['canceled', 'during somebody’s apply, half way, though it had expired', { statusTimestamps: CONFIRMED }, endedFor('expired'), TWO, 'confirmed-elsewhere', 'something'],
  ['canceled', 'before its apply, as rejected', { statusTimestamps: PLANNED }, endedFor('rejected'), undefined, 'rejected', 'nothing'],
  ['canceled', 'before its apply, by somebody in TFE', {}, NOTHING_SENT, undefined, 'canceled', 'nothing'],
  ['canceled', 'during its apply, by somebody in TFE', { statusTimestamps: CONFIRMED }, SENT, TWO, 'canceled', 'something'],
  ['force_canceled', 'during its apply, by somebody in TFE', { statusTimestamps: CONFIRMED }, SENT, NONE, 'canceled', 'unknown'],
  ['policy_soft_failed', 'plan-only', { planOnly: true }, NOTHING_SENT, undefined, 'failure policy-failed', 'nothing'],
  ['errored', 'in its plan', {}, NOTHING_SENT, undefined, 'failure plan-errored', 'nothing'],
  ['errored', 'in a task before its plan', { statusTimestamps: { 'pre-plan-running-at': FIRST, 'pre-plan-completed-at': FIRST } }, NOTHING_SENT, undefined, 'failure pre-plan-failed', 'nothing'],
  ['errored', 'in its plan, after a task before it', { statusTimestamps: { 'pre-plan-running-at': FIRST, 'plan-queued-at': FIRST } }, NOTHING_SENT, undefined, 'failure plan-errored', 'nothing'],
  ['errored', 'in its plan, on a server that does not tell of its queue', { statusTimestamps: { 'pre-plan-running-at': FIRST, 'planning-at': FIRST } }, NOTHING_SENT, undefined, 'failure plan-errored', 'nothing'],
  ['errored', 'after its plan', { statusTimestamps: PLANNED }, NOTHING_SENT, undefined, 'failure policy-failed', 'nothing'],
  ['errored', 'in its apply, half way', { statusTimestamps: CONFIRMED }, SENT, TWO, 'failure apply-errored', 'something'],
  ['errored', 'in its apply, without counts', { statusTimestamps: CONFIRMED }, SENT, undefined, 'failure apply-errored', 'unknown'],
  ['errored', 'in its apply, on a server without timestamps', {}, SENT, undefined, 'failure apply-errored', 'unknown'],
  ['errored', 'in somebody’s apply', { statusTimestamps: CONFIRMED }, NOTHING_SENT, TWO, 'failure apply-errored', 'something'],
  ['errored', 'in its plan, while it was canceled', {}, endedFor('canceled'), undefined, 'Canceled'],
  ['errored', 'in its apply, while it was canceled', { statusTimestamps: CONFIRMED }, endedFor('canceled', SENT), undefined, 'failure apply-errored', 'unknown'],
];

describe('how a request ends', () => {
  it.each(ENDINGS)('%s %s', (status, _what, run, acts, counts, ...expected) => {
    expect(inShort(endingOf(aRun({ ...run, status }), acts, counts))).toEqual(expected);
  });
});

describe('for every status, act and count', () => {
  const status = fc.oneof(
    fc.constantFrom(
      'applied',
      'planned_and_finished',
      'discarded',
      'canceled',
      'force_canceled',
      'policy_soft_failed',
      'errored',
    ),
    fc.string(),
  );
  const timestamps = fc.constantFrom<RunReading['statusTimestamps']>({}, PLANNED, CONFIRMED);
  const run = fc
    .record({
      status,
      planOnly: fc.boolean(),
      autoApply: fc.boolean(),
      hasChanges: fc.boolean(),
      savePlan: fc.boolean(),
      statusTimestamps: timestamps,
    })
    .map(aRun)
    // TFE finishes or discards only what was never confirmed.
    .filter(
      ({ status, statusTimestamps }) =>
        !(/^(planned_and_finished|discarded|policy_soft_failed)$/.test(status) && statusTimestamps === CONFIRMED),
    );
  const acts: fc.Arbitrary<OurActs> = fc.record(
    {
      applySent: fc.boolean(),
      endedFor: fc.constantFrom<EndedFor>(
        'rejected',
        'expired',
        'deadline',
        'canceled',
        'confirmed-elsewhere',
        'option-ignored',
      ),
      emptyApply: fc.constantFrom('refused' as const, 'approved-in-advance' as const),
    },
    { requiredKeys: ['applySent', 'emptyApply'] },
  );
  const counts = fc.option(
    fc.record({ additions: fc.nat(), changes: fc.nat(), destructions: fc.nat(), imports: fc.nat() }),
    { nil: undefined },
  );

  it('there is one ending, in the contract’s words, with a sentence', () => {
    fc.assert(
      fc.property(run, acts, counts, (run, acts, counts) => {
        const ending = endingOf(run, acts, counts);
        if (ending.kind === 'outcome') {
          expect(OUTCOMES).toContain(ending.outcome);
          expect(ending.reason).toMatch(/\w/);
        }
        if (ending.kind === 'failure') {
          expect(FAILURE_TYPES).toContain(ending.type);
          expect(ending.message).toMatch(/\w/);
        }
      }),
    );
  });

  it('a run that may have changed something is never told as nothing, nor lost in a bare Canceled', () => {
    fc.assert(
      fc.property(run, acts, counts, (run, acts, counts) => {
        fc.pre(isPastConfirmation(run) && !(run.status === 'applied' && run.hasChanges === false));

        const ending = endingOf(run, acts, counts);
        expect(ending.kind).not.toBe('canceled');
        expect(ending).not.toMatchObject({ changed: 'nothing' });
      }),
    );
  });

  it('a run that nobody confirmed changed nothing', () => {
    fc.assert(
      fc.property(run, acts, counts, (run, acts, counts) => {
        fc.pre(!isPastConfirmation(run) && !acts.applySent);

        const ending = endingOf(run, acts, counts);
        expect(ending.kind === 'canceled' || ending.changed === 'nothing').toBe(true);
      }),
    );
  });

  it('`applied` is said only of a run that TFE applied and that was approved', () => {
    fc.assert(
      fc.property(run, acts, counts, (run, acts, counts) => {
        const ending = endingOf(run, acts, counts);
        fc.pre(ending.kind === 'outcome' && ending.outcome === 'applied');

        expect(run.status).toBe('applied');
        expect(acts.applySent || acts.emptyApply === 'approved-in-advance').toBe(true);
      }),
    );
  });

  it('an ignored option for which we ended the run is always told', () => {
    fc.assert(
      fc.property(run, acts, counts, (run, acts, counts) => {
        expect(endingOf(run, { ...acts, endedFor: 'option-ignored' }, counts)).toMatchObject({
          type: 'option-ignored',
        });
      }),
    );
  });
});
