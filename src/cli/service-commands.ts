import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ServiceOptions, ServiceStreams } from '../service/run-service.ts';
import { listenAddress, type ListenAddress } from '../service/settings.ts';
import type { ExitCode } from './exit-codes.ts';

/** The entry of a long-running command: `main` resolves with its exit code when it has stopped. */
type Entry<Options> = () => Promise<{ main: (options: Options, streams: ServiceStreams) => Promise<number> }>;

export interface GatewayOptions extends ServiceOptions {
  /** Default: `RUNWRIGHT_GATEWAY_ADDRESS`, or a free port on 127.0.0.1. */
  readonly listen?: ListenAddress;
}

export interface UpOptions extends ServiceOptions {
  /** The folder for all files of the stack. */
  readonly dir: string;
}

/** The files of the entries; only the command line's own entry knows them. */
export interface ServiceEntries {
  readonly worker: Entry<ServiceOptions>;
  readonly gateway: Entry<GatewayOptions>;
  readonly up: Entry<UpOptions>;
  /** A package of its own, which parses its own options. */
  readonly localTfe: Entry<readonly string[]>;
}

export interface Services {
  readonly streams: ServiceStreams;
  readonly entries: ServiceEntries;
}

const readyLine = () => new Option('--json', 'the ready line as JSON');

/** `up`, `worker`, `gateway`, `local-tfe`: run until SIGTERM or Ctrl-C, after one ready line. */
export function addServiceCommands(
  program: Command,
  { streams, entries }: Services,
  ended: (code: ExitCode) => void,
): void {
  const start = async <Options>(entry: Entry<Options>, options: Options): Promise<void> =>
    ended((await (await entry()).main(options, streams)) as ExitCode);
  program
    .command('up')
    .description('Temporal, a local TFE and a worker on this machine, kept in .runwright')
    .option('--dir <directory>', 'where state, logs and the settings for other terminals are kept', '.runwright')
    .addOption(readyLine())
    .addHelpText('after', UP_HELP)
    .action((options: UpOptions) => start(entries.up, options));
  program
    .command('worker')
    .description('hosts the workflows and activities: without one, requests wait')
    .addOption(readyLine())
    .addHelpText('after', '\nExample:\n  runwright worker\n')
    .action((options: ServiceOptions) => start(entries.worker, options));
  program
    .command('gateway')
    .description('serves requests and decisions over HTTP, and takes notifications of TFE')
    .addOption(
      new Option(
        '--listen <host:port>',
        'where to serve (default: RUNWRIGHT_GATEWAY_ADDRESS, or a free port)',
      ).argParser(toListen),
    )
    .addOption(readyLine())
    .addHelpText('after', GATEWAY_HELP)
    .action((options: GatewayOptions) => start(entries.gateway, options));
  program
    .command('local-tfe')
    .description('serves the TFE API on this machine, for first use and tests')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .passThroughOptions()
    .argument('[options...]')
    .action((argv: string[]) => start(entries.localTfe, argv));
}

function toListen(text: string): ListenAddress {
  const parsed = listenAddress.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`It ${parsed.error.issues[0]?.message ?? 'cannot be read'}`);
}

const UP_HELP = `
Runs until SIGTERM or Ctrl-C. Everything is there again next time; beside it the
organization "demo" with the workspace "hello" to begin with. A worker that ends
by itself is started again.

Example:
  runwright up
  source .runwright/env     # in another terminal; then:
  runwright run --workspace hello --dir ./hello
`;

const GATEWAY_HELP = `
Routes:
  POST   /v1/requests                a run, asked for as JSON
  GET    /v1/requests                requests of this installation, newest
                                     first; ?phase, organization, workspace,
                                     requestedBy, runId, state (open, closed),
                                     outcome, since, until, limit: as the
                                     options of runwright list
  GET    /v1/requests/ID             one; ID: its key, or workflow id with / as
                                     %2F
  POST   /v1/requests/ID/decisions   {"choice": "approve", "runId": "run-…",
                                      "by": "your name"}
  DELETE /v1/requests/ID             asks for its end; also ?by=…&reason=…
  POST   /v1/notifications/tfe       for notification configurations of TFE
                                     (generic, with the token)

/v1/requests needs "Authorization: Bearer" with RUNWRIGHT_GATEWAY_TOKEN;
notifications are signed with RUNWRIGHT_NOTIFICATION_TOKEN. It speaks HTTP:
beyond this machine, put a proxy with TLS before it.

Example:
  runwright gateway --listen 127.0.0.1:8095
`;
