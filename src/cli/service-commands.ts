import type { Command } from 'commander';
import type { Output } from './cli-deps.ts';
import type { ExitCode } from './exit-codes.ts';

/** What the entry of a long-running command is started with. */
export interface ServiceStreams {
  out: Output;
  err: Output;
  env: Record<string, string | undefined>;
}

/** The entries parse their own options and handle their own signals: the command line only loads them. */
interface ServiceEntry {
  main: (argv: readonly string[], streams: ServiceStreams) => Promise<number>;
}

interface ServiceCommand {
  name: string;
  description: string;
  load: () => Promise<ServiceEntry>;
}

const SERVICE_COMMANDS: ServiceCommand[] = [
  {
    name: 'local-tfe',
    description: 'serves the TFE API on this machine, for first use and tests',
    load: () => import('../local-tfe.ts'),
  },
];

/** `worker`, `gateway`, `local-tfe`, `up`: run until SIGTERM or Ctrl-C, after one ready line. */
export function addServiceCommands(program: Command, streams: ServiceStreams, ended: (code: ExitCode) => void): void {
  for (const { name, description, load } of SERVICE_COMMANDS) {
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
