import type { RunReading } from '@runwright/client/contract';
import { carriesMarker, type RunMarker } from './run-marker.ts';

/** What the created run must show. */
export interface AskedFor {
  marker: RunMarker;
  /** The whole message, as it was sent. */
  message: string;
  configurationVersionId: string | undefined;
  /** Configuration versions that this request created itself: only its own runs can use them. */
  ownConfigurationVersionIds: readonly string[];
  allowEmptyApply: boolean;
}

/**
 * What shows that a run is this request's (docs/adr/0008): its marker or, if the server drops or cuts messages, a
 * configuration version that only this request has. Undefined if nothing shows it.
 */
export function recognizedBy(
  run: RunReading,
  { marker, message, ownConfigurationVersionIds }: Pick<AskedFor, 'marker' | 'message' | 'ownConfigurationVersionIds'>,
): 'marker' | 'own-configuration' | undefined {
  if (carriesMarker(run.message, marker)) return 'marker';
  const { configurationVersionId } = run;
  const isOnOurs = configurationVersionId !== undefined && ownConfigurationVersionIds.includes(configurationVersionId);
  return isOnOurs && isCutOf(run.message ?? '', message) ? 'own-configuration' : undefined;
}

// How servers mark a cut: dots, half a character, or a word for it.
const CUT_MARK = /(?:…|\.{3}|\ufffd+|[[(][^\][()]*(?:truncated|shortened|cut|…|\.{3})[^\][()]*[\])])$/i;

// Whether a server shows nothing of the message, or only its beginning. Blanks differ between servers.
function isCutOf(shown: string, sent: string): boolean {
  const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return inOneLine(sent).startsWith(inOneLine(inOneLine(shown).replace(CUT_MARK, '')));
}

/** The first option that TFE ignored when it created the run, as a sentence, or undefined (decision D2). */
export function optionIgnored(run: RunReading, asked: AskedFor): string | undefined {
  if (recognizedBy(run, asked) === undefined) {
    return `TFE created run ${run.id} without the message that was asked for, by which it must be recognized`;
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
