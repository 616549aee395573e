import type { AskedRun, RunOptions } from '@runwright/client/contract';

// A value may have 64 KB, and a view is read again and again. The request itself holds longer values whole.
const VALUE_MAX_CHARACTERS = 500;
const MOST_LISTED = 50;

/** What people are shown of the run options. Bounded, whatever was asked for. */
export function askedOf({ mode, message, targets, replace, variables }: RunOptions): AskedRun {
  return {
    mode,
    ...(message !== undefined && { message: cut(message) }),
    ...(targets !== undefined && targets.length > 0 && { targets: listed(targets) }),
    ...(replace !== undefined && replace.length > 0 && { replace: listed(replace) }),
    ...(variables !== undefined && { variables: listedVariables(variables) }),
  };
}

const cut = (text: string): string =>
  text.length <= VALUE_MAX_CHARACTERS ? text : `${text.slice(0, VALUE_MAX_CHARACTERS - 1)}…`.toWellFormed();

const left = (count: number): string => `… and ${count} more, in the request's input`;

const listed = (texts: readonly string[]): string[] => [
  ...texts.slice(0, MOST_LISTED).map(cut),
  ...(texts.length > MOST_LISTED ? [left(texts.length - MOST_LISTED)] : []),
];

function listedVariables(variables: Record<string, string>): Record<string, string> {
  const all = Object.entries(variables);
  const shown = all.slice(0, MOST_LISTED).map(([name, value]) => [name, cut(value)]);
  const more = all.length > MOST_LISTED ? [['…', left(all.length - MOST_LISTED)]] : [];
  return Object.fromEntries([...shown, ...more]) as Record<string, string>;
}
