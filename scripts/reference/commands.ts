import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command, Option } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { serviceEntries } from '../../src/service-entries.ts';
import { code, table } from './markdown.ts';

const RUNWRIGHT = fileURLToPath(new URL('../../bin/runwright.js', import.meta.url));

/** A package of its own, which declares its own options. */
const LOCAL_TFE = 'local-tfe';

/** Every command with its options and examples, as the program itself declares them. */
export async function describeCommands(): Promise<string> {
  const program = createProgram(
    () => Promise.reject(new Error('only described, never run')),
    { entries: serviceEntries, streams: { out: process.stdout, err: process.stderr, env: {} } },
    () => {},
  );
  const declared = program.commands.filter((command) => !['help', LOCAL_TFE].includes(command.name()));
  return [...declared.map(describeCommand), await describeService(LOCAL_TFE)].join('\n\n');
}

function describeCommand(command: Command): string {
  const [title, ...rest] = command.helpInformation().split('\n');
  const usage = title?.replace(/^Usage: /, '') ?? `runwright ${command.name()}`;
  if (rest.length === 0) throw new Error(`${command.name()} has no help`);
  const options = command.options.filter((option) => !option.hidden);
  return [
    `### ${code(command.name())}`,
    `${capital(command.description())}.`,
    fenced(usage),
    ...(options.length > 0 ? [table(['option', 'meaning'], options.map(describeOption))] : []),
    ...examplesOf(command),
  ].join('\n\n');
}

const describeOption = (option: Option): string[] => {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.map(code).join(', ')}`;
  return [code(option.flags), `${option.description}${choices}${option.mandatory ? ' (required)' : ''}`];
};

/** The examples are part of the help that is printed, and nowhere else. */
function examplesOf(command: Command): string[] {
  let printed = '';
  command.configureOutput({ writeOut: (text) => (printed += text) });
  command.outputHelp();
  const [, ...parts] = printed.split(/\n(?=Examples?:\n|Routes:\n)/);
  return parts.map((part) =>
    fenced(
      part
        .slice(part.indexOf('\n') + 1)
        .trimEnd()
        .replaceAll(/^ {2}/gm, ''),
    ),
  );
}

async function describeService(name: string): Promise<string> {
  return [`### ${code(name)}`, fenced((await helpOf(name, '--help')).trimEnd())].join('\n\n');
}

async function helpOf(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [RUNWRIGHT, ...args], {
    env: { PATH: process.env['PATH'], COLUMNS: '100' },
  });
  return stdout;
}

const fenced = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
