import { withClosers, type Closers } from './closers.ts';
import { ConfigError, processEnvironment } from './config.ts';
import { listenFault } from './listen-fault.ts';
import { createLogger, type Logger } from './logger.ts';
import { formatFor } from './people-lines.ts';
import { printReady, type Ready } from './ready-line.ts';
import type { LogLevel } from './settings.ts';

/** What a long-running command needs to start, besides its own options. */
export interface ServiceStreams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The options that all long-running commands have. */
export interface ServiceOptions {
  /** The ready line as JSON. */
  readonly json?: boolean;
}

export const processStreams = (): ServiceStreams => ({
  out: process.stdout,
  err: process.stderr,
  env: processEnvironment(),
});

/** What a service works with while it runs. */
export interface Service {
  readonly logger: Logger;
  /** Closers pushed here run at the end, last opened first. */
  readonly closers: Closers;
  /** Prints the one ready line. */
  readonly ready: (facts: Ready) => void;
}

export interface ServiceDefinition<Config extends { readonly logLevel: LogLevel }> {
  readonly name: 'worker' | 'gateway';
  /** Throws ConfigError with a line for each fault. */
  readonly readConfig: (env: ServiceStreams['env']) => Config;
  /** Values that must never be logged. Read again for every line. */
  readonly secretsOf: (config: Config) => readonly string[];
  /** Resolves when the service has stopped as asked. */
  readonly serve: (config: Config, service: Service) => Promise<void>;
}

/** Runs a service until it is stopped. Exit codes: 0 stopped as asked, 1 it failed, 2 configuration. */
export async function runService<Config extends { readonly logLevel: LogLevel }>(
  { name, readConfig, secretsOf, serve }: ServiceDefinition<Config>,
  { json }: ServiceOptions,
  { out, err, env }: ServiceStreams,
): Promise<number> {
  let config: Config;
  try {
    config = readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    err.write(`runwright: ${error.message}\n`);
    return 2;
  }
  const format = json ? 'json' : 'text';
  const secrets = (): readonly string[] => secretsOf(config);
  const logger = createLogger({ level: config.logLevel, name, secrets, layout: formatFor({ err, env, format }) });
  const ready = (facts: Ready): void => printReady(facts, { name, format, out });
  try {
    await withClosers((closers) => serve(config, { logger, closers, ready }));
    return 0;
  } catch (error) {
    const fault = listenFault(error);
    if (fault === undefined)
      logger.error(`${name} failed`, { reason: error instanceof Error ? error.message : String(error) });
    else err.write(`runwright: ${fault}\n`);
    return 1;
  }
}
