import { breach, type Evidence, type Violation } from './evidence.ts';
import { latestOf } from './runs-of.ts';

/** I6: a request that had all the time it may take has ended, and no workflow task of an open one has failed for good. */
export const notStuck = ({ requests }: Evidence): Violation[] =>
  requests.flatMap((request) => {
    const latest = latestOf(request);
    if (latest?.wedged !== undefined) return [breach('I6', request.workflowId, `it does not go on: ${latest.wedged}`)];
    const isOpen = latest === undefined ? !request.isIncomplete : latest.ending === undefined;
    return request.mustHaveEnded && isOpen ? [breach('I6', request.workflowId, 'has not ended')] : [];
  });

/** I4: no secret that is known to whoever looks stands in a history. */
export const noSecrets = ({ requests }: Evidence): Violation[] =>
  requests.flatMap(({ workflowId, executions }) =>
    [...new Set(executions.flatMap(({ secrets }) => secrets))].map((secret) =>
      breach('I4', workflowId, `its history holds ${secret}`),
    ),
  );
