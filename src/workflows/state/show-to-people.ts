import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { type EndingName, SEARCH_ATTRIBUTES } from '@runwright/client/contract';
import { isFinalRun } from '@runwright/client/domain';
import { endingOf } from '../../domain/outcome.ts';
import { detailsOf } from '../../domain/run-details.ts';
import type { RunState } from './run-state.ts';
import { approversOf, countsOf, viewOf } from './view-of.ts';

/**
 * Keeps the Temporal UI in step: details on every change (free), search attributes once per phase (one event). The
 * outcome is set together with the last phase. Only if it turns out to be another one does it cost an event of its own.
 */
export function showToPeople(state: RunState): void {
  const show = () => setCurrentDetails(detailsOf(viewOf(state)));
  state.onChange = (change) => {
    show();
    if (change === 'phase' || endsOtherwise(state)) upsertSearchAttributes(searchAttributesOf(state));
  };
  show(); // again after continue-as-new: the details are not carried over
}

function searchAttributesOf(state: RunState) {
  const { data } = state;
  const approvers = approversOf(state);
  const since = data.history.at(-1);
  const outcome = concluded(state) ?? foreseen(state);
  return [
    { key: SEARCH_ATTRIBUTES.phase, value: data.phase },
    ...(data.reading ? [{ key: SEARCH_ATTRIBUTES.runId, value: data.reading.id }] : []),
    ...(approvers.length > 0 ? [{ key: SEARCH_ATTRIBUTES.approvers, value: approvers }] : []),
    ...(since ? [{ key: SEARCH_ATTRIBUTES.waitingSince, value: new Date(since.at) }] : []),
    // After a doubt the request may follow another run than the one that had ended. Then there is no outcome any more.
    ...(outcome !== indexed() ? [{ key: SEARCH_ATTRIBUTES.outcome, value: outcome ?? null }] : []),
  ];
}

const endsOtherwise = (state: RunState): boolean => {
  const ending = concluded(state);
  return ending !== undefined && ending !== indexed();
};

const indexed = (): string | undefined => workflowInfo().typedSearchAttributes.get(SEARCH_ATTRIBUTES.outcome);

const concluded = ({ data }: RunState): EndingName | undefined => data.outcome ?? data.failure?.type;

/** How the request ends if only its conclusion is still to come: its run is final. */
function foreseen({ data: { reading, acts } }: RunState): EndingName | undefined {
  if (reading === undefined || !isFinalRun(reading)) return undefined;
  const ending = endingOf(reading, acts, reading.apply && countsOf(reading.apply));
  switch (ending.kind) {
    case 'outcome':
      return ending.outcome;
    case 'failure':
      return ending.type;
    case 'canceled':
      return ending.kind;
  }
}
