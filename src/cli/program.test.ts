import { expect, it } from '@jest/globals';
import { serviceEntries } from '../service-entries.ts';
import { createProgram } from './program.ts';

const program = createProgram(
  () => Promise.reject(new Error('only described, never run')),
  { entries: serviceEntries, streams: { out: { write: () => {} }, err: { write: () => {} }, env: {} } },
  () => {},
);

it('the options of "run" are grouped, and no line of them is wider than 80 columns', () => {
  const help = program.commands.find((command) => command.name() === 'run')?.helpInformation() ?? '';
  const groups = help.split('\n').filter((line) => /^[A-Z].*:$/.test(line));

  expect(groups).toEqual([
    'Where:',
    'What to run:',
    'How terraform runs:',
    'Who approves, and how long things may take:',
    'Asking and following:',
    'Options:',
  ]);
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

const everyCommand = [program, ...program.commands.filter((command) => command.name() !== 'local-tfe')];

it.each(everyCommand.map((command) => [command.name(), command] as const))(
  'the whole help of "%s", with its examples, is at most 80 columns wide where no terminal says otherwise',
  (_name, command) => {
    let help = '';
    command
      .configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80, getOutHasColors: () => false })
      .outputHelp();

    expect(help).toContain('Usage: ');
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);
