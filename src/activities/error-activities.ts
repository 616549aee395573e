import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { TerraformError } from '@runwright/client/contract';
import type { SealedFor } from '../codec/seal.ts';
import { errorSummariesOf } from '../domain/error-summaries.ts';
import { Secret } from '../tfe/http/secret.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { lookAgain, toFailure } from './to-failure.ts';

// Terraform writes all errors of a run at its end. Each comes with its detail, which may be as long as what a
// provisioner printed.
const MAX_READ_BYTES = 256 * 1024;

// The step is tried five times: enough to reach the other of two workers while the token is being rotated.
const OTHER_WORKER_AFTER_MS = 1_000;

const logUrlOfCaller = (): SealedFor => ({
  purpose: 'log-url',
  workflowId: activityInfo().workflowExecution?.workflowId ?? '',
});

export const createErrorActivities = ({ tfe, sealer }: ActivityDeps) => ({
  /** GET plan or apply: the address of its log. The address is a capability, so it is sealed (decision D7). */
  async readLogAddress({ of, id }: { of: 'plan' | 'apply'; id: string }): Promise<{ sealedLogUrl?: string }> {
    try {
      const { logUrl } = await (of === 'plan' ? tfe.plans : tfe.applies).read(id, { signal: cancellationSignal() });
      return logUrl === undefined ? {} : { sealedLogUrl: sealer.seal(logUrl.reveal(), logUrlOfCaller()) };
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },

  /** GET log: the summaries of its errors. The rest of the log never leaves the activity: it may show secrets. */
  async readErrorSummaries({ sealedLogUrl }: { sealedLogUrl: string }): Promise<{ errors: TerraformError[] }> {
    const opened = sealer.open(sealedLogUrl, logUrlOfCaller());
    if (opened.kind === 'not-ours') return { errors: [] };
    if (opened.kind === 'unknown-key')
      throw lookAgain('another worker has the key of this seal', OTHER_WORKER_AFTER_MS);
    try {
      const options = { maxBytes: MAX_READ_BYTES, signal: cancellationSignal() };
      return { errors: errorSummariesOf(await tfe.logs.readTail(new Secret(opened.plain), options)) };
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },
});
