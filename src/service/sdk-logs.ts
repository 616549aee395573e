import type { Logger } from './logger.ts';
import type { LogLevel } from './settings.ts';

type SdkLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** One line of the Temporal SDK, as its `Runtime` hands it over. */
interface SdkLogger {
  log(level: SdkLevel, message: string, meta?: Record<string, unknown>): void;
  trace(message: string, meta?: Record<string, unknown>): void;
  debug(message: string, meta?: Record<string, unknown>): void;
  info(message: string, meta?: Record<string, unknown>): void;
  warn(message: string, meta?: Record<string, unknown>): void;
  error(message: string, meta?: Record<string, unknown>): void;
}

/** Facts that get a field. Whatever else the SDK sends (error objects, payloads) may hold anything and is left out. */
const FIELDS = [
  'workflowId',
  'runId',
  'workflowType',
  'activityType',
  'activityId',
  'attempt',
  'taskQueue',
  'durationMs',
];

const CORE_LEVEL: Record<LogLevel, SdkLevel> = {
  trace: 'DEBUG',
  debug: 'INFO',
  info: 'WARN',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'ERROR',
  silent: 'ERROR',
};

/** Options of `Runtime.install` that send the SDK's lines through our logger. */
export function bridgeSdkLogs(logger: Logger, level: LogLevel) {
  const write = (sdkLevel: SdkLevel, message: string, meta: Record<string, unknown> = {}): void => {
    const fields = Object.fromEntries(
      FIELDS.flatMap((name) =>
        typeof meta[name] === 'string' || typeof meta[name] === 'number' ? [[name, meta[name]]] : [],
      ),
    );
    const { error } = meta;
    const all = { sdk: true, ...fields, ...(error instanceof Error && { reason: error.message }) };
    if (sdkLevel === 'ERROR') logger.error(message, all);
    else if (sdkLevel === 'WARN') logger.warn(message, all);
    else if (sdkLevel === 'INFO') logger.info(message, all);
    else logger.debug(message, all);
  };
  const sdkLogger: SdkLogger = {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
  const filter = { core: CORE_LEVEL[level], other: 'ERROR' as const };
  return { logger: sdkLogger, telemetryOptions: { logging: { filter, forward: {} } } };
}
