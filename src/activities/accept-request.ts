import { ApplicationFailure } from '@temporalio/common';
import type { FailureFacts } from '../contract/failure-types.ts';
import { parseRunRequest } from '../contract/run-request-schema.ts';
import type { RunRequest } from '../contract/run-request.ts';
import type { ActivityDeps } from './activity-deps.ts';

export interface Accepted {
  request: RunRequest;
  installation: string;
  /** Of the namespace whose task the worker runs; stands in the marker. */
  namespaceId: string;
  tfeAddress: string;
}

export const createAcceptActivities = ({ installation, namespaceId, tfeAddress }: ActivityDeps) => ({
  /** Parses whatever the workflow was started with: a bad request is a failure, never a stuck workflow (design D6). */
  async acceptRequest(input: unknown): Promise<Accepted> {
    const parsed = parseRunRequest(input);
    if (parsed.kind === 'accepted') return { request: parsed.request, installation, namespaceId, tfeAddress };
    const facts: FailureFacts = { changed: 'nothing', faults: parsed.faults };
    throw ApplicationFailure.nonRetryable(
      `the request is not valid: ${parsed.faults.join('; ')}`,
      'invalid-request',
      facts,
    );
  },
});
