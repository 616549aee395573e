import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decision, DecisionRefusal } from '../contract/decision.ts';
import type { ApprovalPolicy } from '../contract/run-request.ts';
import {
  whatItIsOpenTo,
  missingApprovals,
  refusalOf,
  refusalSentence,
  verdictOf,
  type ApprovalContext,
} from './approval.ts';
import type { SentDecision } from './sent-message.ts';

const ONE_PERSON: ApprovalPolicy = {
  approvers: 1,
  requester: 'may-approve',
  emptyApply: 'refused',
  confirmedElsewhere: 'finish',
};
const OPEN: ApprovalContext = {
  policy: ONE_PERSON,
  requestedBy: 'Rita',
  runId: 'run-1',
  openTo: 'every-decision',
  expired: false,
  overridesDone: 0,
};
const FOUR_EYES: ApprovalContext = { ...OPEN, policy: { ...ONE_PERSON, approvers: 2, requester: 'may-not-approve' } };

const approve = (by: string, facts: Partial<SentDecision> = {}): SentDecision => ({
  choice: 'approve',
  runId: 'run-1',
  by,
  ...facts,
});
const reject = (by: string, facts: Partial<SentDecision> = {}): SentDecision => ({
  ...approve(by, facts),
  choice: 'reject',
});

/** Records decisions one after another, each with the context in which it arrives. */
function recorded(
  sent: readonly SentDecision[],
  context: ApprovalContext,
  earlier: readonly Decision[] = [],
): Decision[] {
  return sent.reduce<Decision[]>(
    (decisions, decision) => {
      const ignored = refusalOf(decision, decisions, context);
      return [...decisions, { ...decision, at: '2026-01-01T00:00:00Z', ...(ignored && { ignored }) }];
    },
    [...earlier],
  );
}
const refusals = (decisions: readonly Decision[]) => decisions.map((decision) => decision.ignored);

describe('the verdict of a request', () => {
  it.each<[string, ApprovalContext, SentDecision[], string, number, (DecisionRefusal | undefined)[]]>([
    ['nobody', OPEN, [], 'pending', 1, []],
    ['one approval', OPEN, [approve('Ana')], 'approved', 0, [undefined]],
    ['one rejection', OPEN, [reject('Ana')], 'rejected', 1, [undefined]],
    ['an approval of another run', OPEN, [approve('Ana', { runId: 'run-2' })], 'pending', 1, ['other-run']],
    ['a rejection of another run', OPEN, [reject('Ana', { runId: 'run-2' })], 'pending', 1, ['other-run']],
    ['one of two', FOUR_EYES, [approve('Ana')], 'pending', 1, [undefined]],
    ['two of two', FOUR_EYES, [approve('Ana'), approve('Ben')], 'approved', 0, [undefined, undefined]],
    ['the same person twice', FOUR_EYES, [approve('Ana'), approve('Ana')], 'pending', 1, [undefined, 'same-person']],
    ['approve, reject', FOUR_EYES, [approve('Ana'), reject('Ben')], 'rejected', 1, [undefined, undefined]],
    ['a change of mind', FOUR_EYES, [approve('Ana'), reject('Ana')], 'rejected', 1, [undefined, undefined]],
    ['approve after reject', OPEN, [reject('Ana'), approve('Ben')], 'rejected', 1, [undefined, 'already-decided']],
    ['reject after approve', OPEN, [approve('Ana'), reject('Ben')], 'rejected', 0, [undefined, undefined]],
    ['the requester', OPEN, [approve('Rita')], 'approved', 0, [undefined]],
    ['the requester, who may not', FOUR_EYES, [approve(' rita ')], 'pending', 2, ['requester-may-not-approve']],
    ['the requester’s rejection', FOUR_EYES, [reject('Rita')], 'rejected', 2, [undefined]],
  ])('after %s', (_what, context, sent, verdict, missing, ignored) => {
    const decisions = recorded(sent, context);

    expect(refusals(decisions)).toEqual(ignored);
    expect(verdictOf(decisions, context)).toBe(verdict);
    expect(missingApprovals(decisions, context)).toBe(missing);
  });

  it('is not approved by a decision on an earlier run, and the same person may approve the new one', () => {
    const first = recorded([approve('Ana')], OPEN);
    const second: ApprovalContext = { ...OPEN, runId: 'run-2' };

    expect(verdictOf(first, second)).toBe('pending');
    expect(verdictOf(recorded([approve('Ana', { runId: 'run-2' })], second, first), second)).toBe('approved');
  });

  it('is not approved by a decision that came before the plan, whatever the run is open to later', () => {
    const early = recorded([approve('Ana')], { ...OPEN, openTo: 'nothing-yet' });

    expect(refusals(early)).toEqual(['not-planned-yet']);
    expect(verdictOf(early, OPEN)).toBe('pending');
    expect(verdictOf(recorded([approve('Ana')], OPEN, early), OPEN)).toBe('approved');
  });

  it('is not approved by nobody, even under a policy that asks for nobody', () => {
    const nobody = { ...OPEN, policy: { ...ONE_PERSON, approvers: 0 } };

    expect(verdictOf([], nobody)).toBe('pending');
    expect(missingApprovals([], nobody)).toBe(1);
  });
});

describe('one person', () => {
  it.each([' ana ', 'ANA', 'ana\t', '\u00a0Ana'])('is “Ana” as well as %j', (written) => {
    expect(refusals(recorded([approve('Ana'), approve(written)], FOUR_EYES))).toEqual([undefined, 'same-person']);
  });

  it.each([
    ['José', 'Jose\u0301', 'an accent encoded in two ways'],
    ['Ana Maria', 'ana  maria', 'two blanks in the middle'],
    ['Ana', '\uff21na', 'a full-width letter'],
  ])('is %j as well as %j (%s)', (one, other) => {
    expect(refusals(recorded([approve(one), approve(other)], FOUR_EYES))).toEqual([undefined, 'same-person']);
  });

  it('is not another whose name only begins alike', () => {
    expect(verdictOf(recorded([approve('Ana'), approve('Anabel')], FOUR_EYES), FOUR_EYES)).toBe('approved');
  });
});

describe('a decision that arrives twice', () => {
  it('counts once', () => {
    const decisions = recorded([approve('Ana', { decisionId: 'd1' }), approve('ana', { decisionId: 'd1' })], FOUR_EYES);

    expect(refusals(decisions)).toEqual([undefined, 'repeated']);
  });

  it('does not count the second time when it came too early the first time', () => {
    const early = recorded([approve('Ana', { decisionId: 'd1' })], { ...OPEN, openTo: 'nothing-yet' });

    expect(refusals(recorded([approve('Ana', { decisionId: 'd1' })], OPEN, early))).toEqual([
      'not-planned-yet',
      'repeated',
    ]);
  });

  it.each([
    ['of another person', approve('Ben', { decisionId: 'd1' })],
    ['with another verdict', reject('Ana', { decisionId: 'd1' })],
  ])('is not one that has the same id by chance: %s', (_what, other) => {
    expect(refusals(recorded([approve('Ana', { decisionId: 'd1' }), other], FOUR_EYES))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('a decision at the wrong time', () => {
  it.each<[ApprovalContext['openTo'], SentDecision, string | undefined, DecisionRefusal | undefined]>([
    ['nothing-yet', approve('Ana'), undefined, 'no-run-yet'],
    ['nothing-yet', reject('Ana'), undefined, 'no-run-yet'],
    ['nothing-yet', approve('Ana'), 'run-1', 'not-planned-yet'],
    ['nothing-yet', reject('Ana'), 'run-1', 'not-planned-yet'],
    ['reject-or-override', approve('Ana'), 'run-1', 'not-planned-yet'],
    ['reject-or-override', reject('Ana'), 'run-1', undefined],
    ['override', approve('Ana'), 'run-1', 'already-decided'],
    ['override', reject('Ana'), 'run-1', 'already-decided'],
    ['nothing-more', approve('Ana'), 'run-1', 'request-ended'],
    ['nothing-more', reject('Ana'), 'run-1', 'request-ended'],
    ['nothing-more', reject('Ana'), undefined, 'request-ended'],
  ])('open to %s, %o, run %s: %s', (openTo, sent, runId, refusal) => {
    expect(refusalOf(sent, [], { ...OPEN, openTo, runId })).toBe(refusal);
  });

  it('is told that the run is decided when it comes after the apply', () => {
    const approved = recorded([approve('Ana')], OPEN);

    expect(refusalOf(reject('Ben'), approved, { ...OPEN, openTo: 'nothing-more' })).toBe('already-decided');
  });

  it('counts as a rejection until the apply is sent, also when enough people have approved', () => {
    const approved = recorded([approve('Ana')], OPEN);
    const both = recorded([reject('Ben')], OPEN, approved);

    expect(both.map(({ ignored }) => ignored)).toEqual([undefined, undefined]);
    expect(verdictOf(both, OPEN)).toBe('rejected');
    expect(refusalOf(reject('Ben'), approved, { ...OPEN, openTo: 'nothing-yet' })).toBeUndefined(); // checked again
  });

  it('is told that the run is decided when the approval has expired', () => {
    expect(refusalOf(approve('Ana'), [], { ...OPEN, expired: true })).toBe('already-decided');
  });

  it('is answered with a sentence of its own for each refusal', () => {
    const all: Record<DecisionRefusal, true> = {
      'no-run-yet': true,
      'other-run': true,
      'not-planned-yet': true,
      'nothing-to-override': true,
      'already-decided': true,
      repeated: true,
      'requester-may-not-approve': true,
      'same-person': true,
      'request-ended': true,
    };
    const sentences = Object.keys(all).map((refusal) => refusalSentence(refusal as DecisionRefusal));

    expect(new Set(sentences).size).toBe(Object.keys(all).length);
  });
});

describe('an override', () => {
  const held: ApprovalContext = { ...OPEN, openTo: 'reject-or-override' };
  const override = (by: string): SentDecision => ({ choice: 'override', runId: 'run-1', by });

  it('counts while a policy holds the run, and approves nothing', () => {
    const decisions = recorded([override('Cy')], held);

    expect(decisions[0]?.ignored).toBeUndefined();
    expect(verdictOf(decisions, OPEN)).toBe('pending');
  });

  it('counts on a run that is approved, which a policy may hold too, and not on one that is rejected', () => {
    const approved = recorded([approve('Ann')], OPEN);
    const rejected = recorded([reject('Ann')], OPEN);

    expect(refusalOf(override('Cy'), approved, held)).toBeUndefined();
    expect(refusalOf(override('Cy'), rejected, held)).toBe('already-decided');
    expect(refusalOf(approve('Di'), approved, held)).toBe('already-decided');
  });

  it.each(['nothing-yet', 'every-decision'] as const)(
    'has nothing to override when the run is open to %s',
    (openTo) => {
      expect(refusalOf(override('Cy'), [], { ...OPEN, openTo })).toBe('nothing-to-override');
    },
  );

  it('is taken once until TFE has taken it, and again when policies hold the run again', () => {
    const first = recorded([override('Cy')], held);

    expect(refusalOf(override('Di'), first, held)).toBe('already-decided');
    expect(refusalOf(override('Di'), first, { ...held, overridesDone: 1 })).toBeUndefined();
  });
});

describe('whatever people send, in whatever order', () => {
  const sent = fc.record(
    {
      choice: fc.constantFrom(
        'approve' as const,
        'approve' as const,
        'approve' as const,
        'reject' as const,
        'override' as const,
      ),
      runId: fc.constantFrom('run-1', 'run-1', 'run-2'),
      by: fc.constantFrom('Ana', ' ana ', 'Ben', 'Rita', 'RITA', 'Cleo'),
      decisionId: fc.constantFrom('d1', 'd2'),
    },
    { requiredKeys: ['choice', 'runId', 'by'] },
  );
  const context: fc.Arbitrary<ApprovalContext> = fc.record({
    policy: fc.record({
      approvers: fc.integer({ min: -1, max: 4 }),
      requester: fc.constantFrom('may-approve' as const, 'may-not-approve' as const),
      emptyApply: fc.constant('refused' as const),
      confirmedElsewhere: fc.constant('finish' as const),
    }),
    requestedBy: fc.constant('Rita'),
    runId: fc.constantFrom('run-1', 'run-2', undefined),
    expired: fc.boolean(),
    overridesDone: fc.integer({ min: 0, max: 2 }),
    openTo: fc.constantFrom(
      'nothing-yet' as const,
      'reject-or-override' as const,
      'override' as const,
      'every-decision' as const,
      'nothing-more' as const,
    ),
  });
  // People act while the request moves: each decision meets the run as it is at its moment.
  const course = fc.record({
    policy: context,
    steps: fc.array(
      fc.record({
        sent,
        openTo: context.map((moment) => moment.openTo),
        runId: fc.constantFrom('run-1', 'run-2', undefined),
      }),
      {
        maxLength: 12,
      },
    ),
  });
  const played = ({ policy, steps }: typeof course extends fc.Arbitrary<infer T> ? T : never) =>
    steps.reduce<Decision[]>(
      (decisions, { sent, openTo, runId }) => recorded([sent], { ...policy, openTo, runId }, decisions),
      [],
    );

  it('a run is approved only by a counted approve on that very run id, sent while it was open to approvals', () => {
    fc.assert(
      fc.property(course, fc.constantFrom('run-1', 'run-2', undefined), (course, runId) => {
        const decisions = played(course);
        fc.pre(verdictOf(decisions, { policy: course.policy.policy, runId }) === 'approved');

        const counted = decisions.flatMap((decision, at) =>
          decision.ignored === undefined && decision.choice === 'approve' && decision.runId === runId
            ? [course.steps[at]!]
            : [],
        );
        expect(counted.length).toBeGreaterThanOrEqual(Math.max(1, course.policy.policy.approvers));
        expect(counted.every((step) => step.openTo === 'every-decision' && step.runId === runId)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('nobody is counted twice on a run, and never the requester who may not approve', () => {
    fc.assert(
      fc.property(course, (course) => {
        const counted = played(course).filter(({ ignored, choice }) => ignored === undefined && choice === 'approve');
        const people = counted.map(({ by, runId }) => `${runId} ${by.trim().toLowerCase()}`);

        expect(new Set(people).size).toBe(people.length);
        if (course.policy.policy.requester === 'may-not-approve') {
          expect(people.filter((person) => person.endsWith('rita'))).toEqual([]);
        }
      }),
    );
  });

  it('a verdict once reached is changed by a rejection alone, and no other counted decision follows it', () => {
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 12 }), context, (sent, context) => {
        const decisions = recorded(sent, context);
        const verdicts = decisions.map((_, at) => verdictOf(decisions.slice(0, at + 1), context));
        const decided = verdicts.findIndex((verdict) => verdict !== 'pending');
        fc.pre(decided >= 0);
        const after = decisions
          .slice(decided + 1)
          .filter(({ ignored, choice }) => ignored === undefined && choice !== 'override');

        expect(verdicts.slice(decided)).not.toContain('pending');
        expect(after.length).toBeLessThanOrEqual(verdicts[decided] === 'approved' ? 1 : 0);
        expect(after.every(({ choice }) => choice === 'reject')).toBe(true);
        expect(verdicts.at(-1)).toBe(after.length > 0 ? 'rejected' : verdicts[decided]);
      }),
    );
  });
});

describe('a run', () => {
  const run = { pastConfirmation: false, planSeen: true, asked: true, ending: false };
  it.each([
    ['planning', {}, 'nothing-yet'],
    ['checking before anybody was asked', { phase: 'checking', asked: false }, 'nothing-yet'],
    ['checking again', { phase: 'checking' }, 'reject-or-override'],
    ['awaiting-override', {}, 'reject-or-override'],
    ['awaiting-override of its apply', { phase: 'awaiting-override', pastConfirmation: true }, 'override'],
    ['held and being ended', { phase: 'awaiting-override', pastConfirmation: true, ending: true }, 'override'],
    ['awaiting-confirmation', {}, 'every-decision'],
    ['whose plan was not read yet', { phase: 'awaiting-confirmation', planSeen: false }, 'nothing-yet'],
    ['being ended', { phase: 'awaiting-confirmation', ending: true }, 'nothing-more'],
    ['applying', {}, 'nothing-more'],
    ['finished', {}, 'nothing-more'],
  ] as const)('that is %s facts %j, is open to %s', (name, facts, openTo) => {
    expect(whatItIsOpenTo({ phase: name as 'planning', ...run, ...facts })).toBe(openTo);
  });
});
