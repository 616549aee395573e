import { prettyFactory } from 'pino-pretty';

/** Turns a JSON line of a log into one that people read: time, level, what happened, and the facts behind it. */
export function peopleLines({ colors }: { readonly colors: 'always' | 'never' }): (line: string) => string {
  const pretty = prettyFactory({
    colorize: colors === 'always',
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid',
    messageKey: 'message',
    singleLine: true,
  });
  return (line) => pretty(line).replace(UNSEEN, (character) => `\\u${hexOf(character)}`);
}

/**
 * Characters that steer a terminal or the direction of its text invisibly. The other ones are escaped as JSON already.
 */
const UNSEEN = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const hexOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');

/** What the streams of a command say about the readers of its log. */
export interface LogAudience {
  readonly err: { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the ready line is wanted as JSON: then a program reads. */
  readonly format: 'json' | 'text';
}

/** Undefined means JSON. On a terminal people read, everywhere else programs do. */
export function formatFor({ err, env, format }: LogAudience): ((line: string) => string) | undefined {
  if (!err.isTTY || format === 'json') return undefined;
  return peopleLines({ colors: env['NO_COLOR'] ? 'never' : 'always' });
}
