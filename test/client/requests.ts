import type { RunRequestInput } from '@runwright/client/contract';
import { uniqueName } from '../support/temporal.ts';

/** TFE is never asked in these tests: they end where a worker would begin. */
export const TFE_ADDRESS = 'https://tfe.example.com';

/** A request that no other test makes. */
export const newRequest = (changes: Partial<RunRequestInput> = {}): RunRequestInput => ({
  key: uniqueName('key'),
  organization: 'demo',
  workspace: 'hello',
  run: { message: 'say hello' },
  requestedBy: 'ann',
  ...changes,
});
