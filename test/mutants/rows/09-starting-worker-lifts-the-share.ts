import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a worker that starts lifts the share that another one has lowered',
  edits: [
    {
      file: 'temporal/request-share.ts',
      from: 'refused ? nowMs + loweredForMs : fact?.untilMs',
      to: 'refused ? nowMs + loweredForMs : undefined',
    },
  ],
  test: {
    project: 'server',
    file: 'test/client/request-share.test.ts',
    name: 'that one worker lowered is not lifted by another one that starts, watches or stops',
  },
  because: '"now": undefined',
};
