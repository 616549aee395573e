import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'the empty apply that was approved in advance is made by neither run',
  edits: [
    {
      file: 'workflows/other-runs.ts',
      from: "return phaseOfRun(own) === 'queued' && APPLIES_ITSELF_FROM",
      to: 'return Date.now() < 0 && APPLIES_ITSELF_FROM',
    },
  ],
  test: {
    project: 'crashes',
    file: 'test/scenarios/second-runs.test.ts',
    name: 'is the request’s run as soon as TFE lists it, and the other one is never applied',
  },
  because: 'waited 20 s for the lost run, in vain',
};
