import { Option, type Command } from 'commander';
import { PHASES } from '@runwright/client/contract';
import { collect, examples, json, type Ended, type LoadDeps } from '../command-parts.ts';

/** Declares `runwright list`. */
export function addListCommand(program: Command, deps: LoadDeps, ended: Ended): void {
  program
    .command('list')
    .description('lists requests, newest first; with --tfe the runs of a workspace as TFE lists them')
    .addOption(new Option('--phase <phase>', 'only in this phase').choices(PHASES).conflicts('tfe'))
    .option('--organization <name>', 'only of this organization')
    .option('--workspace <name>', 'only of this workspace')
    .addOption(ours('--requested-by <name>', 'only asked for by this person'))
    .addOption(ours('--open', 'only those that have not ended'))
    .addOption(ours('--closed', 'only those that have ended'))
    .addOption(
      ours(
        '--outcome <name>',
        'only those that ended so: an outcome, the type of a failure, failed (any failure), terminated, timed-out (repeatable, or with commas)',
      )
        .argParser(collect)
        .conflicts('open'),
    )
    .addOption(
      ours(
        '--since <time>',
        'only those that started then or later; with --closed or --outcome, that ended then or later. A time in UTC (2026-11-30T03:00), or how long ago (2h, 3d)',
      ),
    )
    .addOption(ours('--until <time>', 'only those that started (with --closed or --outcome: ended) then or earlier'))
    .option('--limit <number>', 'at most so many (default: 100, with --tfe 20)')
    .option('--tfe', "TFE's own list of the runs of a workspace, ours marked with their request")
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'runwright list --phase awaiting-confirmation',
        'runwright list --outcome failed,terminated --since 12h',
        'runwright list --tfe --organization demo --workspace hello',
      ),
    )
    .action(async (flags) => ended(await (await import('./list.ts')).list(flags, await deps())));
}

/** TFE's list cannot be filtered by facts that only Temporal knows. */
const ours = (flags: string, description: string): Option => new Option(flags, description).conflicts('tfe');
