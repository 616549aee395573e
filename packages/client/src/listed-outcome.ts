import type { WorkflowExecutionInfo } from '@temporalio/client';
import { ENDING_NAMES, type EndingName } from './contract/ending-name.ts';
import { FAILURE_TYPES } from './contract/failure-types.ts';
import { OUTCOMES } from './contract/outcome.ts';
import { SEARCH_ATTRIBUTES } from './contract/search-attributes.ts';
import { quoted } from './visibility-query.ts';

/** Endings that Temporal's own status shows, spelled as in the client and as in filters. */
const TOLD_BY_TEMPORAL: Partial<Record<EndingName, { status: string; inFilter: string }>> = {
  canceled: { status: 'CANCELLED', inFilter: 'Canceled' },
  failed: { status: 'FAILED', inFilter: 'Failed' },
  terminated: { status: 'TERMINATED', inFilter: 'Terminated' },
  'timed-out': { status: 'TIMED_OUT', inFilter: 'TimedOut' },
};

/** How the request ended; undefined while it goes on, and of one that ended before outcomes were indexed. */
export function outcomeOf({ status, typedSearchAttributes }: WorkflowExecutionInfo): EndingName | undefined {
  const indexed = typedSearchAttributes.get(SEARCH_ATTRIBUTES.outcome);
  if (status.name === 'COMPLETED') return OUTCOMES.find((name) => name === indexed);
  const failure = status.name === 'FAILED' ? FAILURE_TYPES.find((name) => name === indexed) : undefined;
  return failure ?? ENDING_NAMES.find((name) => TOLD_BY_TEMPORAL[name]?.status === status.name);
}

/** The filter's condition for any of the names. `failed` stands for every failure, whatever its type. */
export function outcomeCondition(names: readonly EndingName[]): string {
  const any = names.flatMap((name) => {
    const status = TOLD_BY_TEMPORAL[name]?.inFilter;
    return [
      `${SEARCH_ATTRIBUTES.outcome.name} = ${quoted(name)}`,
      ...(status ? [`ExecutionStatus = ${quoted(status)}`] : []),
    ];
  });
  return `(${any.join(' OR ')})`;
}
