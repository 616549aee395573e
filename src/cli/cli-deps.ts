import type { RunwrightClient } from '@runwright/client';
import type { ArchiveStore } from '@runwright/client/archive';
import type { Printable } from '@runwright/client/domain';
import type { TemporalDiagnosis } from '../temporal/doctor.ts';
import type { SetupReport } from '../temporal/setup.ts';
import type { TfeClient } from '../tfe/client.ts';
import type { ServerFacts } from '../tfe/resources/ping.ts';
import type { CliConfig } from './cli-config.ts';

/** A stream that is written to; of a terminal more is known. */
export interface Output {
  write(text: Printable): unknown;
  /** Whether it is a terminal on which a line can be drawn again. */
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  /** Default: where there is a terminal. */
  colors?: 'never' | undefined;
  /** Whether what is written is obeyed by a terminal, however little that can do. */
  isTerminal?: boolean | undefined;
}

/** Everything a command needs from outside: commands never look for it themselves. */
export interface CliDeps {
  /** Results, and nothing else. */
  out: Output;
  /** Talk. */
  err: Output;
  /** Whether somebody sits at a terminal, and the question put to them. */
  person: { isThere: () => boolean; ask: (question: Printable) => Promise<string> };
  /** Read from the environment once; throws ConfigError with every fault. */
  config: () => CliConfig;
  /** The name of the OS user: who asks and decides, unless told otherwise. */
  user: string;
  now: () => number;
  randomKey: () => string;
  /** Connects to Temporal for as long as `use` runs. */
  withClient: <T>(use: (client: RunwrightClient) => Promise<T>) => Promise<T>;
  setUpTemporal: () => Promise<SetupReport>;
  inspectTemporal: () => Promise<TemporalDiagnosis>;
  /** A client of TFE with the caller's own token, for as long as `use` runs. */
  withTfe: <T>(use: (tfe: TfeClient) => Promise<T>) => Promise<T>;
  /** Asks TFE whether it is there, also without a token; rejects with TfeError where nobody answers. */
  pingTfe: () => Promise<ServerFacts>;
  /** Packs a directory of Terraform files into the archive folder that the workers share. */
  packDirectory: ArchiveStore['put'];
  /** Calls back on Ctrl-C until the returned function is called. */
  onInterrupt: (interrupted: () => void) => () => void;
}
