import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.ts';
import { detailsOf } from '../domain/run-details.ts';
import type { RunState } from './run-state.ts';
import { approversOf, viewOf } from './view-of.ts';

/** Keeps the Temporal UI in step: details on every change (free), search attributes once per phase (one event). */
export function showToPeople(state: RunState): void {
  const show = () => setCurrentDetails(detailsOf(viewOf(state)));
  state.onChange = (change) => {
    show();
    if (change === 'phase') upsertSearchAttributes(searchAttributesOf(state));
  };
  show(); // again after continue-as-new: the details are not carried over
}

function searchAttributesOf(state: RunState) {
  const { data } = state;
  const approvers = approversOf(state);
  const since = data.history.at(-1);
  return [
    { key: SEARCH_ATTRIBUTES.phase, value: data.phase },
    ...(data.reading ? [{ key: SEARCH_ATTRIBUTES.runId, value: data.reading.id }] : []),
    ...(approvers.length > 0 ? [{ key: SEARCH_ATTRIBUTES.approvers, value: approvers }] : []),
    ...(since ? [{ key: SEARCH_ATTRIBUTES.waitingSince, value: new Date(since.at) }] : []),
  ];
}
