import { stripVTControlCharacters } from 'node:util';
import { Secret } from '../tfe/secret.ts';
import type { ActivityDeps } from './activity-deps.ts';

const MAX_TAIL_BYTES = 8_192;
// TFE frames a log in STX and ETX.
const FRAME = new RegExp(`[${String.fromCharCode(2, 3)}]`, 'g');

/** The end of a plan's or apply's log as plain text, without the frame bytes and colors that terminals want. */
export async function readLogEnd(tfe: ActivityDeps['tfe'], logUrl: string, signal: AbortSignal): Promise<string> {
  const text = await tfe.logs.readTail(new Secret(logUrl), { maxBytes: MAX_TAIL_BYTES, signal });
  return stripVTControlCharacters(text.replaceAll(FRAME, '')).trim();
}
