import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { pathOfEdit } from '../replay/workflow-variants.ts';
import { allMutants } from './all-mutants.ts';
import { whyNotApplied } from './mutable-copy.ts';
import { judge, type JestReport } from './try-mutant.ts';

const ROOT = new URL('../../', import.meta.url);
const mutants = await allMutants();

describe.each(mutants)('the mutant $name', ({ edits, test }) => {
  it('can be made of the sources as they are', () => {
    for (const edit of edits) {
      expect(whyNotApplied(readFileSync(new URL(pathOfEdit(edit.file), ROOT), 'utf8'), edit)).toBeUndefined();
    }
  });

  it('names a file of tests', () => {
    expect(existsSync(new URL(test.file, ROOT))).toBe(true);
  });
});

describe('a mutant', () => {
  const mutant = {
    test: { project: 'unit' as const, file: 'a.test.ts', name: 'a run is applied once' },
    because: 'applied 2 times',
  };
  const report = (...results: [fullName: string, status: string, message?: string][]): JestReport => ({
    testResults: [
      {
        message: '',
        assertionResults: results.map(([fullName, status, message]) => ({
          ...{ fullName, status },
          failureMessages: message === undefined ? [] : [message],
        })),
      },
    ],
  });

  it.each([
    ['caught', report(['whatever happens, a run is applied once', 'failed', 'it was applied \u001B[31m2 times'])],
    ['other-reason', report(['a run is applied once', 'failed', 'no connection'])],
    ['survived', report(['a run is applied once', 'passed'])],
    ['test-not-found', report(['a run is applied once', 'pending'], ['another', 'failed', 'applied 2 times'])],
    ['broken', { testResults: [{ message: 'it does not compile', assertionResults: [] }] }],
  ])('is %s only by what its own test says', (kind, jest) => {
    const because = kind === 'caught' ? '2 times' : mutant.because;
    expect(judge({ ...mutant, because }, jest).kind).toBe(kind);
  });
});
