import type { RunReading } from '../contract/run-reading.ts';
import { carriesMarker, type RunMarker } from './run-marker.ts';

/** What the created run must show. */
export interface AskedFor {
  marker: RunMarker;
  configurationVersionId: string | undefined;
  allowEmptyApply: boolean;
}

/** The first option that TFE ignored when it created the run, as a sentence, or undefined (design D2). */
export function optionIgnored(run: RunReading, asked: AskedFor): string | undefined {
  if (!carriesMarker(run.message, asked.marker)) {
    return `TFE created run ${run.id} without the message that was asked for, by which it must be recognised`;
  }
  if (run.autoApply !== false) {
    return `TFE created run ${run.id} without auto-apply: false, so it might apply it unapproved`;
  }
  if (run.allowEmptyApply === true && !asked.allowEmptyApply) {
    return `TFE created run ${run.id} with allow-empty-apply, so it might apply an empty plan unapproved`;
  }
  if (asked.configurationVersionId !== undefined && run.configurationVersionId !== undefined) {
    if (run.configurationVersionId !== asked.configurationVersionId) {
      return `TFE created run ${run.id} on ${run.configurationVersionId} instead of ${asked.configurationVersionId}`;
    }
  }
  return undefined;
}
