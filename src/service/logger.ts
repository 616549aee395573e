import { pino, type DestinationStream } from 'pino';
import { loggable, redact } from './redact.ts';
import type { LogLevel } from './settings.ts';

/** Plain values only: an error object of a library may hold URLs and headers. */
export type LogValue = string | number | boolean | null | undefined | readonly string[];
export type LogFields = Readonly<Record<string, LogValue>>;

/** Writes one JSON line per call: a constant message to search for, and variable facts as fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same logger with these fields in each of its lines. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `worker`, `gateway`, `local-tfe`. */
  readonly name: string;
  /** Values that must never be written, in any field. Read again for every line, because a token may be rotated. */
  readonly secrets?: () => readonly string[];
  /** Default: standard error, which leaves standard output to results. */
  readonly destination?: { write(line: string): unknown };
  /** Turns each line, once free of secrets, into what is written. Default: it stays JSON. */
  readonly layout?: ((line: string) => string) | undefined;
}

export function createLogger({ level, name, secrets = () => [], destination, layout = asItIs }: LoggerOptions): Logger {
  // Synchronous, because the last lines before a crash matter most.
  const out = destination ?? pino.destination({ fd: 2, sync: true });
  const redacting: DestinationStream = { write: (line) => void out.write(layout(redactLine(line, secrets()))) };
  const options = { level, base: { name, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  const formatters = { level: (label: string) => ({ level: label }) };
  return bridge(pino({ ...options, messageKey: 'message', formatters }, redacting), secrets);
}

const asItIs = (line: string): string => line;

// Our fields are clean already. This is for lines of a library, and for a token that was rotated since.
const redactLine = (line: string, secrets: readonly string[]): string =>
  // The line holds the value escaped as JSON.
  redact(
    line,
    secrets.map((secret) => JSON.stringify(secret).slice(1, -1)),
  );

function bridge(target: pino.Logger, secrets: () => readonly string[]): Logger {
  const clean = (fields: LogFields): LogFields => {
    const known = secrets();
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, loggable(value, known)]));
  };
  return {
    debug: (message, fields = {}) => target.debug(clean(fields), message),
    info: (message, fields = {}) => target.info(clean(fields), message),
    warn: (message, fields = {}) => target.warn(clean(fields), message),
    error: (message, fields = {}) => target.error(clean(fields), message),
    child: (fields) => bridge(target.child(clean(fields)), secrets),
  };
}
