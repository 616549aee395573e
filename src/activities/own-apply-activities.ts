import { cancellationSignal } from '@temporalio/activity';
import { isApplyComment } from '../domain/apply-comment.ts';
import { TfeError } from '../tfe/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toFailure } from './to-failure.ts';

export interface OwnApplyInput {
  runId: string;
  key: string;
  /** Id or name, as the run tells it. */
  confirmedBy?: string;
}

export const createOwnApplyActivities = ({ tfe }: ActivityDeps) => ({
  /**
   * GET the run's comments, and whom the token belongs to: whether this very request confirmed the run in a life that it
   * has forgotten. Only both together prove it: people may write any comment, and may use the token's user by hand.
   */
  async findOwnApply({ runId, key, confirmedBy }: OwnApplyInput): Promise<{ apply: 'ours' | 'not-ours' }> {
    const options = { signal: cancellationSignal() };
    try {
      const comments = await orUndefined(tfe.comments.list(runId, options));
      if (!comments?.items.some(({ body }) => isApplyComment(body, key))) return { apply: 'not-ours' };
      if (confirmedBy === undefined) return { apply: 'ours' };
      const user = await orUndefined(tfe.account.details(options)); // some tokens have no user to tell
      const isOurs = user === undefined || user.id === confirmedBy || user.username === confirmedBy;
      return { apply: isOurs ? 'ours' : 'not-ours' };
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
