import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a worker that has lowered the share once never lowers it again',
  edits: [
    {
      file: 'temporal/request-share.ts',
      from: 'if (nowMs - (assertedAtMs.get(queue) ?? 0) < loweredForMs / 12) continue;',
      to: 'if (assertedAtMs.has(queue)) continue;',
    },
  ],
  test: {
    project: 'server',
    file: 'test/client/request-share.test.ts',
    name: 'is lowered again by a worker that lowered it before, when it was lifted meanwhile',
  },
  because: '"list": undefined',
};
