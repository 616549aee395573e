import { describe, expect, it } from '@jest/globals';
import type { RunEnding } from '@runwright/client';
import { type Outcome, OUTCOMES } from '@runwright/client/contract';
import { endingDocument, exitOfEnding } from './describe-ending.ts';
import { EXIT } from '../exit-codes.ts';

const completed = (outcome: Outcome): RunEnding => ({
  kind: 'completed',
  result: { key: 'k', outcome, changed: 'nothing', decisions: [], warnings: [] },
});

describe('the exit code of a followed request', () => {
  it('is the documented one for every outcome', () => {
    const codes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, EXIT[exitOfEnding(completed(outcome))]]));

    expect(codes).toEqual({
      applied: 0,
      'no-changes': 0,
      'plan-only': 0,
      rejected: 3,
      expired: 3,
      'discarded-elsewhere': 3,
      'confirmed-elsewhere': 3,
      superseded: 3,
      canceled: 4,
    });
  });

  it.each<[RunEnding, number]>([
    [{ kind: 'failed', type: 'plan-errored', message: 'm', facts: { changed: 'nothing' } }, 1],
    [{ kind: 'canceled' }, 4],
    [{ kind: 'terminated', message: 'm' }, 1],
  ])('of %j is %d', (ending, code) => {
    expect(EXIT[exitOfEnding(ending)]).toBe(code);
  });
});

describe('the document of an ending', () => {
  it('has the outcome of the result at its top', () => {
    expect(endingDocument(completed('applied'))).toMatchObject({ ended: 'completed', outcome: 'applied' });
  });

  it('has the failure with whether anything was changed', () => {
    const ending: RunEnding = {
      kind: 'failed',
      type: 'apply-errored',
      message: 'm',
      facts: { changed: 'unknown', runId: 'run-1' },
    };

    expect(endingDocument(ending)).toMatchObject({
      ended: 'failed',
      runId: 'run-1',
      failure: { type: 'apply-errored', message: 'm', changed: 'unknown' },
    });
  });
});
