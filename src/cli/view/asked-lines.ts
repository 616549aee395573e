import type { RequestView } from '@runwright/client';

/** What was asked for besides the configuration, by name: the mode if it is not the usual one, and public variables. */
export function askedFacts({ asked }: Pick<RequestView, 'asked'>): [string, string][] {
  if (asked === undefined) return [];
  const { mode, message, targets = [], replace = [], variables = {} } = asked;
  return [
    ...(mode === 'plan-and-apply' ? [] : [['mode', mode] satisfies [string, string]]),
    ...(message === undefined ? [] : [['message', message] satisfies [string, string]]),
    ...targets.map((address): [string, string] => ['only', address]),
    ...replace.map((address): [string, string] => ['replaces', address]),
    ...Object.entries(variables).map(([name, value]): [string, string] => ['variable', `${name} = ${value}`]),
  ];
}

/** The same as lines. */
export const askedLines = (view: Pick<RequestView, 'asked'>): string[] =>
  askedFacts(view).map(([name, value]) => `${name} ${value}`);
