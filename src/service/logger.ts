import { pino, type DestinationStream } from 'pino';
import { loggable, redact } from './redact.ts';
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
  /** What is made of each line, when nothing secret is in it any more. Default: it stays JSON. */
  readonly layout?: ((line: string) => string) | undefined;
}

export function createLogger({ level, name, secrets = () => [], destination, layout = asItIs }: LoggerOptions): Logger {
  // Synchronous: the last lines before a crash are the ones that are wanted.
  const out = destination ?? pino.destination({ fd: 2, sync: true });
  const redacting: DestinationStream = { write: (line) => void out.write(layout(redactLine(line, secrets()))) };
  const options = { level, base: { name, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  const formatters = { level: (label: string) => ({ level: label }) };
  return bridge(pino({ ...options, messageKey: 'message', formatters }, redacting), secrets);
}

const asItIs = (line: string): string => line;

// Fields were cleaned as they were sent. This is for what a library wrote, and for a token that is rotated since.
const redactLine = (line: string, secrets: readonly string[]): string =>
  // In the line the value stands escaped as JSON.
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
