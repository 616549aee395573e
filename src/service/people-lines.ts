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

/** Steers a terminal, or the direction of its text, without being seen. The rest of its kind is escaped as JSON already. */
const UNSEEN = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const hexOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');

/** What a command's streams say of how its log is to be read. */
export interface LogAudience {
  readonly err: { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the ready line was asked for as JSON: then a program reads. */
  readonly format: 'json' | 'text';
}

/** Undefined = JSON: on a terminal people read, everywhere else programs do. */
export function formatFor({ err, env, format }: LogAudience): ((line: string) => string) | undefined {
  if (!err.isTTY || format === 'json') return undefined;
  return peopleLines({ colors: env['NO_COLOR'] ? 'never' : 'always' });
}
