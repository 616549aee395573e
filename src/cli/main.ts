import { CommanderError, type Command } from 'commander';
import { printableText } from '@runwright/client/domain';
import { ConfigError, type ProcessEnvironment } from '../service/config.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { outputOn } from './terminal/process-output.ts';
import { createProgram } from './program.ts';
import { explain } from './report-error.ts';
import type { ServiceEntries } from './service-commands.ts';
import { writeLines } from './terminal/writing.ts';

/** What the command line needs to run. */
export interface Surroundings {
  process: NodeJS.Process;
  environment: ProcessEnvironment;
  /** The long-running commands; the entry knows their files. */
  services: ServiceEntries;
}

/** Runs one command line to its end and returns the exit code. Any error becomes one sentence on standard error. */
export async function main(
  argv: readonly string[],
  { process, environment, services }: Surroundings,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram(
    async () => (await import('./process-deps.ts')).processDeps(process, environment),
    { entries: services, streams: { out: process.stdout, err: process.stderr, env: { ...environment } } },
    (ended) => void (code = ended),
  );
  speakAsRunwright(program, process);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // it has told already
    const { exit, sentence } = explain(error);
    // Only faults of settings can be several: one line each.
    const lines = error instanceof ConfigError ? sentence.split('\n') : [sentence];
    writeLines(outputOn(process.stderr, environment), [`runwright: ${lines[0]}`, ...lines.slice(1)]);
    return EXIT[exit];
  }
}

type OutputStreams = Pick<NodeJS.Process, 'stdout' | 'stderr'>;

function speakAsRunwright(command: Command, streams: OutputStreams): void {
  command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(printableText(text)),
      writeErr: (text) => streams.stderr.write(printableText(text)),
      outputError: (text, write) => write(`runwright: ${text.replace(/^error: /, '')}`),
    })
    .showHelpAfterError(`"${nameOf(command)} --help" shows the options and examples`);
  for (const child of command.commands) speakAsRunwright(child, streams);
}

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
