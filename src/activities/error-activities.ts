import { cancellationSignal } from '@temporalio/activity';
import type { TerraformError } from '../contract/outcome.ts';
import { errorSummariesOf } from '../domain/error-summaries.ts';
import { Secret } from '../tfe/secret.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toFailure } from './to-failure.ts';

// Terraform tells all errors of a run at its end; each brings its detail along, which may be as long as what a provisioner
// printed.
const MAX_READ_BYTES = 256 * 1024;

export const createErrorActivities = ({ tfe, sealer }: ActivityDeps) => ({
  /** GET plan or apply: where its log is. The address is a capability, so it is sealed (design D7). */
  async readLogAddress({ of, id }: { of: 'plan' | 'apply'; id: string }): Promise<{ sealedLogUrl?: string }> {
    try {
      const { logUrl } = await (of === 'plan' ? tfe.plans : tfe.applies).read(id, { signal: cancellationSignal() });
      return logUrl === undefined ? {} : { sealedLogUrl: sealer.seal(logUrl.reveal()) };
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },

  /** GET log: the summaries of its errors. Nothing else of the log leaves the activity: secrets may be printed there. */
  async readErrorSummaries({ sealedLogUrl }: { sealedLogUrl: string }): Promise<{ errors: TerraformError[] }> {
    const url = sealer.unseal(sealedLogUrl);
    if (url === undefined) return { errors: [] };
    try {
      const options = { maxBytes: MAX_READ_BYTES, signal: cancellationSignal() };
      return { errors: errorSummariesOf(await tfe.logs.readTail(new Secret(url), options)) };
    } catch (error) {
      throw toFailure(error, 'before-a-run');
    }
  },
});
