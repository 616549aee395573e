import { z } from 'zod';
import type { TfeErrorKind, TfeFacts } from './tfe-error.ts';

/**
 * The error kind of a refusing status. Total over all numbers; a status below 400 is no refusal and reads as
 * `unreadable-answer`.
 */
export function kindOfStatus(status: number): TfeErrorKind {
  if (status >= 500) return 'server';
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 408:
      return 'no-answer';
    case 409:
      return 'conflict';
    case 413:
      return 'too-large';
    case 429:
      return 'rate-limited';
    default:
      return status >= 400 ? 'invalid' : 'unreadable-answer';
  }
}

const MAX_TITLE = 200;
const MAX_DETAIL = 1_000;

const errorEntry = z.union([
  z.string().transform((text) => ({ title: undefined, detail: text })),
  // `status` may be a number or a string and is not read: the status line decides.
  z.object({ title: z.string().optional().catch(undefined), detail: z.string().optional().catch(undefined) }),
]);
const errorBody = z.object({ errors: z.union([z.array(errorEntry), errorEntry.transform((entry) => [entry])]) });

/**
 * TFE's own words in the body of a refusal. Reads JSON:API errors, `{"errors":["text"]}` and plain text; HTML tells
 * people nothing and is dropped. Total: any text gives an answer. Removes `secrets` wherever they occur.
 */
export function wordsOfRefusal(
  body: string,
  contentType: string,
  secrets: readonly string[] = [],
): Pick<TfeFacts, 'title' | 'detail'> {
  const entries = jsonErrors(body);
  if (entries === undefined) {
    return contentType.startsWith('text/plain') ? withoutEmpty(undefined, clean(body, MAX_DETAIL, secrets)) : {};
  }
  const titles = [...new Set(entries.flatMap(({ title }) => title ?? []))].join(', ');
  const details = [...new Set(entries.flatMap(({ detail }) => detail ?? []))].join('; ');
  return withoutEmpty(clean(titles, MAX_TITLE, secrets), clean(details, MAX_DETAIL, secrets));
}

function jsonErrors(body: string): { title?: string | undefined; detail?: string | undefined }[] | undefined {
  try {
    return errorBody.safeParse(JSON.parse(body)).data?.errors;
  } catch {
    return undefined;
  }
}

function withoutEmpty(title: string | undefined, detail: string | undefined): Pick<TfeFacts, 'title' | 'detail'> {
  return { ...(title && { title }), ...(detail && { detail }) };
}

const REMOVED = '[removed]';
// 40 and more: signatures and tokens; ids of TFE are 20, names of resources have dots.
const LONG_OPAQUE_WORD = /[A-Za-z0-9+/=_%-]{40,}/gu;

/** Goes word by word, so that a hostile body costs only linear time. */
function clean(text: string, maxLength: number, secrets: readonly string[]): string {
  let cleaned = text;
  for (const secret of secrets) if (secret !== '') cleaned = cleaned.replaceAll(secret, REMOVED);
  cleaned = cleaned
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\bbearer +\S+/giu, REMOVED)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => (isSecretWord(word) ? REMOVED : word.replace(LONG_OPAQUE_WORD, REMOVED)))
    .join(' ');
  return cleaned.length <= maxLength ? cleaned : `${cleaned.slice(0, maxLength - 1)}…`;
}

/** A signed link is secret as a whole, with or without its host. TFE's tokens contain "atlasv1". */
function isSecretWord(word: string): boolean {
  return word.includes('://') || word.includes('.atlasv1.') || /archivist/iu.test(word);
}
