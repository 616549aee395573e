import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';

interface Writable {
  write(text: string): unknown;
}

/** What the entry of a long-running command is started with. */
export interface ServiceStreams {
  out: Writable;
  err: Writable;
  env: Record<string, string | undefined>;
}

/** The entries parse their own options and handle their own signals: the command line only loads them. */
export interface ServiceEntry {
  main: (argv: readonly string[], streams: ServiceStreams) => Promise<number>;
}

export interface ServiceCommand {
  name: string;
  description: string;
  load: () => Promise<ServiceEntry>;
}

export interface Services {
  streams: ServiceStreams;
  commands: readonly ServiceCommand[];
}

/** `worker`, `gateway`, `local-tfe`, `up`: run until SIGTERM or Ctrl-C, after one ready line. */
export function addServiceCommands(
  program: Command,
  { streams, commands }: Services,
  ended: (code: ExitCode) => void,
): void {
  for (const { name, description, load } of commands) {
    program
      .command(name)
      .description(description)
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .passThroughOptions()
      .argument('[options...]')
      .action(async (argv: string[]) => {
        const { main } = await load();
        ended((await main(argv, streams)) as ExitCode);
      });
  }
}
