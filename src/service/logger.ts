import { pino, type DestinationStream } from 'pino';
import type { LogLevel } from './settings.ts';

/** Plain values only: an error object of a library may hold URLs and headers. */
export type LogValue = string | number | boolean | null | undefined | readonly string[];
export type LogFields = Readonly<Record<string, LogValue>>;

/** One JSON line per call: a constant message that can be searched for, and what differs as fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same logger with fields that stand in each of its lines. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `worker`, `gateway`, `local-tfe`. */
  readonly name: string;
  /** Values that must never be written, wherever they turn up; asked again for every line (a token is rotated). */
  readonly secrets?: () => readonly string[];
  /** Default: standard error, which leaves standard output to results. */
  readonly destination?: { write(line: string): unknown };
}

const HIDDEN = '[secret]';

/** Whoever holds a signed link needs no token, and a bearer token is one whatever field it stands in. */
const SECRET_SHAPES: readonly RegExp[] = [
  /Bearer [^\s"\\]+/gi,
  /[A-Za-z0-9]{8,}\.atlasv1\.[A-Za-z0-9_-]+/g,
  /https?:\/\/[^\s"\\]*\/object\/[^\s"\\]+/g,
];

export function createLogger({ level, name, secrets = () => [], destination }: LoggerOptions): Logger {
  // Synchronous: the last lines before a crash are the ones that are wanted.
  const out = destination ?? pino.destination({ fd: 2, sync: true });
  const redacting: DestinationStream = { write: (line) => void out.write(redact(line, secrets())) };
  const options = { level, base: { name, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  return bridge(
    pino({ ...options, messageKey: 'message', formatters: { level: (label) => ({ level: label }) } }, redacting),
  );
}

function bridge(target: pino.Logger): Logger {
  return {
    debug: (message, fields = {}) => target.debug(fields, message),
    info: (message, fields = {}) => target.info(fields, message),
    warn: (message, fields = {}) => target.warn(fields, message),
    error: (message, fields = {}) => target.error(fields, message),
    child: (fields) => bridge(target.child(fields)),
  };
}

function redact(line: string, secrets: readonly string[]): string {
  const withoutKnown = secrets
    .filter((secret) => secret !== '')
    // In the line the value stands escaped as JSON.
    .reduce((text, secret) => text.replaceAll(JSON.stringify(secret).slice(1, -1), HIDDEN), line);
  return SECRET_SHAPES.reduce((text, shape) => text.replace(shape, HIDDEN), withoutKnown);
}
