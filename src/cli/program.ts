import { Command, Option } from 'commander';
import { OUTCOMES } from '@runwright/client/contract';
import { collect, examples, hanging, json, type Ended, type LoadDeps } from './command-parts.ts';
import { buildId } from '../service/build-id.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { addListCommand } from './commands/list-command.ts';
import type { RunFlags } from './commands/run-flags.ts';
import { addServiceCommands, type Services } from './service-commands.ts';

const ID = 'workflow id, or key where it is unambiguous';
const PATIENCE = 'how long to wait for a Temporal that does not answer (default: 2m)';

/** Declares the command line. Each command is loaded only when it is called, so `--help` needs no server and no SDK. */
export function createProgram(deps: LoadDeps, services: Services, ended: Ended): Command {
  const program = new Command('runwright')
    .description(
      'Performs Terraform Enterprise and HCP Terraform runs durably: once, approved as planned, nothing left behind.',
    )
    .version(buildId(), '--version', 'prints the version')
    .configureHelp({ minWidthToWrap: 20 }) // else the names of our options leave no room to wrap at 80 columns
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .helpCommand('help [command]', 'shows the options and examples of a command')
    .addHelpText('after', exitCodesText);
  addRunCommand(program, deps, ended);
  addDecisionCommands(program, deps, ended);
  addPauseCommands(program, deps, ended);
  addLookingCommands(program, deps, ended);
  addTfeReadingCommands(program, deps, ended);
  addSetupCommands(program, deps, ended);
  addServiceCommands(program, services, ended);
  return program;
}

const exitCodesText = `
Exit codes:
${Object.values(EXIT_CODES)
  .map(({ code, meaning }) => hanging(`  ${String(code).padEnd(4)} `, meaning))
  .join('\n')}

First steps:
  runwright up          # Temporal, local TFE and worker on this machine
  runwright doctor      # what is missing, and what to do about it
  runwright run --organization demo --workspace hello --dir ./hello --wait
`;

function addRunCommand(program: Command, deps: LoadDeps, ended: Ended): void {
  const command = program
    .command('run')
    .description('asks for a run: plans it, holds it for approval, applies it')
    .optionsGroup('Where:')
    .option('--organization <name>', 'organization in TFE (default: TFE_ORGANIZATION)')
    .requiredOption('--workspace <name>', 'workspace in TFE')
    .optionsGroup('What to run:')
    .option('--dir <directory>', 'Terraform files to run; without it the workspace’s current configuration')
    .option('--max-archive <size>', 'refuse a directory that packs larger (default: 1GB)')
    .option('--configuration-version <id>', 'an existing configuration version (cv-…) instead of --dir')
    .option('--key <key>', 'idempotency key: the same key twice is the same request (default: a random one)')
    .addOption(modeOption())
    .option('--message <text>', 'why; shown in TFE and in the Temporal UI')
    .option('--target <address>', 'plan only this resource (repeatable)', collect)
    .option('--replace <address>', 'replace this resource (repeatable)', collect)
    .option('--var <name=hcl>', 'variable as HCL, public: it is kept in history (repeatable)', collect)
    .optionsGroup('How terraform runs:')
    .option('--no-refresh', 'plan on the state as it is, without refreshing it first')
    .option('--terraform-version <version>', 'only with --mode plan-only')
    .option('--save-plan', 'a saved-plan run, which does not hold the workspace while it waits')
    .option('--allow-empty-apply', 'TFE may apply an empty plan by itself')
    .option('--allow-config-generation', 'let import blocks generate configuration')
    .option('--debugging-mode', 'terraform logs in detail (TFE’s debugging mode of this run)')
    .option('--invoke-action <address>', 'invoke this action')
    .option('--policy-path <path>', 'policy path (repeatable)', collect);
  addPolicyOptions(command)
    .optionsGroup('Asking and following:')
    .option('--requested-by <name>', 'who asks (default: the OS user)')
    .option('--wait', 'follow it to its end; the exit code is its outcome')
    .option('--patience <duration>', 'how long to wait for a TFE or a Temporal that does not answer (default: 2m)')
    .addOption(json())
    .addHelpText('after', runHelp)
    .action(async (flags: RunFlags) => ended(await (await import('./commands/run.ts')).run(flags, await deps())));
}

const modeOption = () =>
  new Option('--mode <mode>', 'what to do').choices(['plan-and-apply', 'plan-only', 'destroy', 'refresh-only']);

const addPolicyOptions = (command: Command): Command =>
  command
    .optionsGroup('Who approves, and how long things may take:')
    .option('--approvers <number>', 'how many people must approve (default: 1)')
    .option('--requester <may-approve|may-not-approve>', 'whether the person who asks may approve')
    .option('--confirmed-elsewhere <finish|interrupt>', 'when somebody confirms the run in TFE itself')
    .option('--approval-timeout <duration>', 'discards the run when nobody decided by then (default: 24h)')
    .option('--queue-timeout <duration>', 'ends the request when TFE has not started to plan by then')
    .option('--plan-timeout <duration>', 'ends the request when the plan is not finished by then')
    .option('--apply-timeout <duration>', 'asks TFE to cancel the apply then')
    .option('--cancel-during-apply <finish|interrupt>', 'what "runwright cancel" means once the apply has begun')
    .option('--timing <name=duration>', 'a pause of the workflow, e.g. pollMin=5s (repeatable)', collect);

const runHelp = `
Variables given with --var are public: they are kept in Temporal's history.
Secrets belong into the workspace's variables.
${hanging('Outcomes: ', `${OUTCOMES.join(', ')}.`)}
${examples(
  'runwright run --organization demo --workspace hello --dir ./hello',
  'runwright run --workspace hello --dir ./hello --key deploy-42 --wait',
  "runwright run --workspace hello --mode destroy --message 'end of life'",
  `runwright run --workspace hello --dir ./hello --var 'audience="world"'`,
)}`;

function addDecisionCommands(program: Command, deps: LoadDeps, ended: Ended): void {
  program
    .command('approve')
    .description('approves the planned run of a request')
    .argument('<id>', ID)
    .option('--run <run>', 'the run that was looked at (default: the one that waits now, which is printed)')
    .option('--by <name>', 'who approves (default: the OS user)')
    .option('--comment <text>', 'recorded with the approval')
    .addOption(json())
    .addHelpText(
      'after',
      examples('runwright approve deploy-42', 'runwright approve deploy-42 --run run-CZcmD7eagjhyX0vN --by ann'),
    )
    .action(async (id: string, flags) =>
      ended(await (await import('./commands/decide.ts')).approve(id, flags, await deps())),
    );
  program
    .command('reject')
    .description('rejects the planned run of a request, which discards it')
    .argument('<id>', ID)
    .requiredOption('--reason <text>', 'why; recorded with the rejection')
    .option('--run <run>', 'the run that was looked at (default: the one that waits now, which is printed)')
    .option('--by <name>', 'who rejects (default: the OS user)')
    .addOption(json())
    .addHelpText('after', examples("runwright reject deploy-42 --reason 'wrong region'"))
    .action(async (id: string, flags) =>
      ended(await (await import('./commands/decide.ts')).reject(id, flags, await deps())),
    );
  program
    .command('cancel')
    .description('ends a request: its run is discarded or canceled in TFE')
    .argument('<id>', ID)
    .option('--reason <text>', 'why; stands in the view and beside the discard or cancel in TFE')
    .option('--by <name>', 'who cancels (default: the OS user)')
    .addOption(json())
    .addHelpText('after', examples("runwright cancel deploy-42 --reason 'wrong region'"))
    .action(async (id: string, flags) =>
      ended(await (await import('./commands/cancel.ts')).cancel(id, flags, await deps())),
    );
}

function addPauseCommands(program: Command, deps: LoadDeps, ended: Ended): void {
  const scoped = (command: Command): Command =>
    command
      .option('--organization <name>', 'with --workspace (default: TFE_ORGANIZATION)')
      .option('--workspace <name>', 'only this workspace (default: all of the installation)')
      .option('--by <name>', 'who does it (default: the OS user)');
  scoped(program.command('pause').description('holds every apply until "resume"; plans and approvals go on'))
    .option('--reason <text>', 'shown to everybody who waits')
    .addOption(json())
    .addHelpText(
      'after',
      examples("runwright pause --reason 'release freeze'", 'runwright pause --organization demo --workspace hello'),
    )
    .action(async (flags) => ended(await (await import('./commands/pause.ts')).pause(flags, await deps())));
  program
    .command('reap')
    .description('ends runs of this installation whose workflow is gone; the Schedule made by "setup" does the same')
    .option('--dry-run', 'only tell which runs would be ended')
    .addOption(json())
    .addHelpText('after', examples('runwright reap --dry-run', 'runwright reap --json'))
    .action(async (flags) => ended(await (await import('./commands/reap.ts')).reap(flags, await deps())));
  scoped(program.command('resume').description('lets paused applies go on'))
    .addOption(json())
    .addHelpText('after', examples('runwright resume', 'runwright resume --organization demo --workspace hello'))
    .action(async (flags) => ended(await (await import('./commands/pause.ts')).resume(flags, await deps())));
}

function addLookingCommands(program: Command, deps: LoadDeps, ended: Ended): void {
  program
    .command('show')
    .description('shows a request: phase, plan, decisions, what it waits for, what to do next')
    .argument('<id>', ID)
    .option('--all', 'every change of the plan; what is too much for history is read from TFE with your token')
    .addOption(json())
    .addHelpText('after', examples('runwright show deploy-42', 'runwright show deploy-42 --all'))
    .action(async (id: string, flags) =>
      ended(await (await import('./commands/show.ts')).show(id, flags, await deps())),
    );
  program
    .command('watch')
    .description('follows a request to its end; the exit code is its outcome')
    .argument('<id>', ID)
    .option('--patience <duration>', PATIENCE)
    .addOption(json())
    .addHelpText('after', examples('runwright watch deploy-42', 'runwright watch deploy-42 --json'))
    .action(async (id: string, flags) =>
      ended(await (await import('./commands/watch.ts')).watch(id, flags, await deps())),
    );
  addListCommand(program, deps, ended);
}

function addTfeReadingCommands(program: Command, deps: LoadDeps, ended: Ended): void {
  program
    .command('logs')
    .description("prints the log of a request's plan and apply, read from TFE with your token")
    .argument('<id>', ID)
    .addOption(new Option('--of <part>', 'only this log').choices(['plan', 'apply']))
    .option('--raw', 'the log as TFE keeps it, not made readable')
    .addOption(json())
    .addHelpText('after', examples('runwright logs deploy-42', 'runwright logs deploy-42 --of apply'))
    .action(async (id: string, flags) =>
      ended(await (await import('./commands/logs.ts')).logs(id, flags, await deps())),
    );
  program
    .command('outputs')
    .description('prints the outputs that an applied request left')
    .argument('<id>', ID)
    .option('--reveal <name>', 'one output in clear, also a sensitive one, read from TFE with your token')
    .addOption(json())
    .addHelpText('after', examples('runwright outputs deploy-42', 'runwright outputs deploy-42 --reveal password'))
    .action(async (id: string, flags) =>
      ended(await (await import('./commands/outputs.ts')).outputs(id, flags, await deps())),
    );
}

function addSetupCommands(program: Command, deps: LoadDeps, ended: Ended): void {
  program
    .command('setup')
    .description('prepares the Temporal namespace: search attributes, retention, the reaper; safe to repeat')
    .option('--restored', 'the namespace was restored from a backup: open requests look before they create a run')
    .addOption(json())
    .addHelpText('after', examples('TEMPORAL_ADDRESS=temporal:7233 runwright setup', 'runwright setup --restored'))
    .action(async (flags) => ended(await (await import('./commands/setup.ts')).setup(flags, await deps())));
  program
    .command('doctor')
    .description('checks Temporal, TFE, token, workspace and workers, and says what to do')
    .option('--organization <name>', 'with --workspace (default: TFE_ORGANIZATION)')
    .option('--workspace <name>', 'also check this workspace')
    .addOption(json())
    .addHelpText('after', examples('runwright doctor', 'runwright doctor --organization demo --workspace hello'))
    .action(async (flags) => ended(await (await import('./commands/doctor.ts')).doctor(flags, await deps())));
}
