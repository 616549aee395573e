import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'a request of megabytes is accepted',
  edits: [
    {
      file: 'packages/client/src/contract/request-size.ts',
      from: 'if (bytes <= MAX_REQUEST_BYTES)',
      to: 'if (bytes <= 100 * MAX_REQUEST_BYTES)',
    },
  ],
  test: {
    project: 'unit',
    file: 'packages/client/src/contract/run-request-schema.test.ts',
    name: 'refuses more than 256 KiB in one request',
  },
  because: 'Array []',
};
