import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { isApplyComment, readSignedComment } from '../domain/apply-comment.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toFailure } from './to-failure.ts';

export interface OwnApplyInput {
  runId: string;
  key: string;
  /** Id or name, as the run shows it. */
  confirmedBy?: string;
}

export const createOwnApplyActivities = ({ tfe, signer }: ActivityDeps) => ({
  /**
   * GET the run's comments and the token's user: did this very request confirm the run before a reset made it forget
   * that? Only both together prove it. The comment is signed for this very run, by the activity that sent the apply
   * (anybody may write another, or copy that of another run). The person who confirmed is the token's user. Without
   * this proof it counts as somebody else's.
   */
  async findOwnApply({ runId, key, confirmedBy }: OwnApplyInput): Promise<{ isOurs: boolean }> {
    const options = { signal: cancellationSignal() };
    try {
      const comments = await orUndefined(tfe.comments.list(runId, options));
      const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
      const isOwn = (body: string): boolean => {
        const signed = readSignedComment(body);
        if (signed === undefined || !isApplyComment(signed.comment, key)) return false;
        return signer.isSigned(signed.comment, signed.signature, { purpose: 'apply-comment', workflowId, runId });
      };
      if (!comments?.items.some(({ body }) => isOwn(body))) return { isOurs: false };
      if (confirmedBy === undefined) return { isOurs: true };
      const user = await orUndefined(tfe.account.details(options)); // some tokens have no user
      return { isOurs: user === undefined || user.id === confirmedBy || user.username === confirmedBy };
    } catch (error) {
      throw toFailure(error, 'with-a-run');
    }
  },
});

async function orUndefined<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TfeError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
