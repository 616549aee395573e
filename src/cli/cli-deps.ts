import type { RunwrightClient } from '@runwright/client';
import type { ArchiveStore } from '@runwright/client/archive';
import type { Printable } from '@runwright/client/domain';
import type { TemporalDiagnosis } from '../temporal/doctor.ts';
import type { SetupReport } from '../temporal/setup.ts';
import type { TfeClient } from '../tfe/client.ts';
import type { ServerFacts } from '../tfe/resources/ping.ts';
import type { CliConfig } from './cli-config.ts';

/** A stream to write to. More is known of a terminal. */
export interface Output {
  write(text: Printable): unknown;
  /** Whether it is a terminal that can redraw a line. */
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  /** Default: colors on a terminal. */
  colors?: 'never' | undefined;
  /** Whether a terminal obeys what is written, however little it can do. */
  isTerminal?: boolean | undefined;
}

/** Everything that a command needs from outside. Commands never fetch any of it themselves. */
export interface CliDeps {
  /** Results, and nothing else. */
  out: Output;
  /** Progress, warnings and errors. */
  err: Output;
  /** Whether a person sits at a terminal, and how to ask that person. */
  person: { isThere: () => boolean; ask: (question: Printable) => Promise<string> };
  /** Read from the environment once; throws ConfigError with every fault. */
  config: () => CliConfig;
  /** The name of the OS user, who asks and decides unless a flag names somebody else. */
  user: string;
  now: () => number;
  randomKey: () => string;
  /** Connects to Temporal for as long as `use` runs. */
  withClient: <T>(use: (client: RunwrightClient) => Promise<T>) => Promise<T>;
  setUpTemporal: () => Promise<SetupReport>;
  inspectTemporal: () => Promise<TemporalDiagnosis>;
  /** A client of TFE with the caller's own token, for as long as `use` runs. */
  withTfe: <T>(use: (tfe: TfeClient) => Promise<T>) => Promise<T>;
  /** Asks TFE whether it is there, with or without a token. Rejects with TfeError if nothing answers. */
  pingTfe: () => Promise<ServerFacts>;
  /** Packs a directory of Terraform files into the archive folder that the workers share. */
  packDirectory: ArchiveStore['put'];
  /** Calls back on Ctrl-C until the returned function is called. */
  onInterrupt: (interrupted: () => void) => () => void;
}
