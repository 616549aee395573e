import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDecision } from './sent-message.ts';

const GOOD = { choice: 'approve', runId: 'run-1', by: 'Ana' };
const choiceOfSignal = fc.constantFrom(undefined, 'approve' as const, 'reject' as const);

/** Objects that look like a decision, with anything in their fields. */
const almost = fc.record(
  {
    choice: fc.oneof(fc.constantFrom('approve', 'reject'), fc.anything()),
    runId: fc.oneof(fc.constant('run-1'), fc.anything()),
    by: fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.anything()),
    comment: fc.oneof(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.anything()),
    reason: fc.anything(),
    decisionId: fc.anything(),
  },
  { requiredKeys: [] },
);

const throwing = (): never => {
  throw new Error('boom');
};

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('a decision sent by hand', () => {
  it('is read with a comment and an id', () => {
    expect(parseDecision({ runId: 'run-1', by: 'Ana', comment: 'looks good', decisionId: 'd1' }, 'approve')).toEqual({
      kind: 'decision',
      decision: { choice: 'approve', runId: 'run-1', by: 'Ana', comment: 'looks good', decisionId: 'd1' },
    });
  });

  it('keeps the reason of a rejection as its comment', () => {
    expect(parseDecision({ runId: 'run-1', by: 'Ana', reason: 'too risky', comment: 'ignored' }, 'reject')).toEqual({
      kind: 'decision',
      decision: { choice: 'reject', runId: 'run-1', by: 'Ana', comment: 'too risky' },
    });
  });

  it('is what the signal says, whatever choice the message claims', () => {
    expect(parseDecision({ ...GOOD, choice: 'approve' }, 'reject')).toMatchObject({ decision: { choice: 'reject' } });
  });

  it('loses blanks around names, absent fields written as null, and text beyond 1,000 characters', () => {
    const sent = { ...GOOD, runId: ' run-1\n', by: ' Ana ', decisionId: null, comment: 'x'.repeat(5_000) };

    expect(parseDecision(sent)).toEqual({
      kind: 'decision',
      decision: { choice: 'approve', runId: 'run-1', by: 'Ana', comment: 'x'.repeat(1_000) },
    });
  });

  it('holds whole characters only, also where a long text was cut', () => {
    const sent = { ...GOOD, by: 'Ana\ud83d', comment: `${'x'.repeat(999)}\ud83d\ude00` };

    expect(parseDecision(sent)).toMatchObject({ decision: { by: 'Ana\ufffd', comment: `${'x'.repeat(999)}\ufffd` } });
  });

  it.each([
    ['nothing', undefined, /JSON object/],
    ['null', null, /JSON object/],
    ['text', 'approve run-1', /JSON object/],
    ['a list', [GOOD], /JSON object/],
    ['no choice', { runId: 'run-1', by: 'Ana' }, /^choice /],
    ['an unknown choice', { ...GOOD, choice: 'yes' }, /^choice /],
    ['no run', { choice: 'approve', by: 'Ana' }, /^runId /],
    ['a blank run', { ...GOOD, runId: ' ' }, /^runId /],
    ['a run that is a number', { ...GOOD, runId: 1 }, /^runId /],
    ['nobody', { choice: 'approve', runId: 'run-1' }, /^by /],
    ['a blank name', { ...GOOD, by: '\t' }, /^by /],
    ['a name that hides a sign', { ...GOOD, by: 'A\u200bna' }, /^by must hold no invisible .* \(U\+200B\)$/],
    ['a name on two lines', { ...GOOD, by: 'Ana\nBen' }, /^by must hold no invisible .* \(U\+000A\)$/],
    ['a name that turns the text', { ...GOOD, by: 'Ana\u202e' }, /^by must hold no invisible .* \(U\+202E\)$/],
    ['a name of 256 characters', { ...GOOD, by: 'a'.repeat(256) }, /^by /],
    ['a comment that is no text', { ...GOOD, comment: { a: 1 } }, /^comment /],
    ['a reason that is no text', { ...GOOD, choice: 'reject', reason: 1 }, /^reason /],
    ['an id that is no text', { ...GOOD, decisionId: 7 }, /^decisionId /],
    ['an empty id', { ...GOOD, decisionId: '' }, /^decisionId /],
    ['a getter that throws', Object.defineProperty({}, 'runId', { get: throwing, enumerable: true }), /./],
    ['a proxy that throws', new Proxy({}, { get: throwing }), /could not be read/],
    ['a revoked proxy', revokedProxy(), /could not be read/],
  ])('is refused in one sentence: %s', (_what, sent, reason) => {
    expect(parseDecision(sent)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
  });

  it('is answered for every value there is, and what is accepted is clean', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), almost), choiceOfSignal, (sent, choice) => {
        const parsed = parseDecision(sent, choice);
        if (parsed.kind === 'refused') return expect(parsed.reason).toMatch(/\S/);

        const { decision } = parsed;
        expect(['approve', 'reject']).toContain(decision.choice);
        if (choice !== undefined) expect(decision.choice).toBe(choice);
        for (const text of [decision.runId, decision.by]) {
          expect(text).toBe(text.trim());
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(255);
          expect(text.isWellFormed()).toBe(true);
        }
        expect((decision.comment ?? '').length).toBeLessThanOrEqual(1_000);
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
      { numRuns: 500 },
    );
  });

  it('never shows what a refused message held', () => {
    fc.assert(
      fc.property(
        choiceOfSignal,
        fc.constantFrom('choice', 'runId', 'by', 'comment', 'decisionId'),
        (choice, field) => {
          const parsed = parseDecision({ ...GOOD, [field]: { secret: 'planted-value' } }, choice);

          expect(JSON.stringify(parsed)).not.toContain('planted-value');
        },
      ),
    );
  });
});
