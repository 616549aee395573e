import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { TerraformError } from '@runwright/client/contract';
import type { SealedFor } from '../codec/seal.ts';
import { errorSummariesOf } from '../domain/error-summaries.ts';
import { Secret } from '../tfe/http/secret.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { lookAgain, toFailure } from './to-failure.ts';

// Terraform tells all errors of a run at its end; each brings its detail along, which may be as long as what a provisioner
// printed.
const MAX_READ_BYTES = 256 * 1024;

// The step is tried five times: enough for two workers, while the token is being rotated.
const OTHER_WORKER_AFTER_MS = 1_000;

const logUrlOfCaller = (): SealedFor => ({
  purpose: 'log-url',
  workflowId: activityInfo().workflowExecution?.workflowId ?? '',
});

export const createErrorActivities = ({ tfe, sealer }: ActivityDeps) => ({
  /** GET plan or apply: where its log is. The address is a capability, so it is sealed (decision D7). */
  async readLogAddress({ of, id }: { of: 'plan' | 'apply'; id: string }): Promise<{ sealedLogUrl?: string }> {
    try {
      const { logUrl } = await (of === 'plan' ? tfe.plans : tfe.applies).read(id, { signal: cancellationSignal() });
      return logUrl === undefined ? {} : { sealedLogUrl: sealer.seal(logUrl.reveal(), logUrlOfCaller()) };
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },

  /** GET log: the summaries of its errors. Nothing else of the log leaves the activity: secrets may be printed there. */
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
