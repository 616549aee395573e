import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeAfterTests } from '../../../../test/support/after-tests.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';

/** Each command is a few requests and at most two runs of terraform; the rest is room for a busy machine. */
export const STEP_WITHIN_MS = 90_000;

export interface ProjectOptions {
  /** The terraform program. */
  readonly program: string;
  /** Is made; holds the configuration, the CLI's own configuration and its home. */
  readonly directory: string;
  /** Of the TFE: `localhost:PORT`. */
  readonly host: string;
  readonly organization: string;
  readonly workspace: string;
  /** What the CLI shows to `host`. */
  readonly token: string | undefined;
  /** The CAs that the CLI trusts, instead of those of the machine. */
  readonly caFile: string;
  /** What the configuration holds besides its `cloud` block. */
  readonly configuration: string;
  /** How the configuration names the TFE: by default a `cloud` block, and `remote` as it was before terraform 1.1. */
  readonly block?: keyof typeof BLOCKS;
}

const BLOCKS = { cloud: 'cloud', remote: 'backend "remote"' } as const;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningTerraform {
  /** Waits until standard output matches. */
  shows(pattern: RegExp): Promise<void>;
  interrupt(): void;
  /** Rejects when it does not end within `STEP_WITHIN_MS`. */
  ended(): Promise<Ended>;
}

/** The flags of somebody who wants no colors and is asked nothing. */
const UNASKED = ['-no-color', '-input=false'];
export const INIT = ['init', ...UNASKED];
export const PLAN = ['plan', ...UNASKED];
export const APPLY = ['apply', ...UNASKED, '-auto-approve'];
export const DESTROY = ['destroy', ...UNASKED, '-auto-approve'];

/** What the command wrote on standard output; throws, with all that it said, when its exit code is not 0. */
export function succeeded({ code, stdout, stderr }: Ended): string {
  if (code !== 0) throw new Error(`terraform ended with exit code ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/** A directory with a `cloud` block, where the real CLI runs as on the machine of a person who has just installed it. */
export interface TerraformProject {
  /** Where the configuration is. */
  readonly directory: string;
  /** The CLI's HOME; empty at first. */
  readonly home: string;
  /** Changes what the configuration holds besides its `cloud` block. */
  configure(configuration: string): void;
  /** Runs a command to its end; `input` is what it reads when it asks. */
  terraform(args: readonly string[], options?: { readonly input?: string }): Promise<Ended>;
  start(args: readonly string[], options?: { readonly input?: string }): RunningTerraform;
}

export function makeProject(options: ProjectOptions): TerraformProject {
  const { host, organization, workspace, token, caFile, block = 'cloud' } = options;
  const directory = join(options.directory, 'configuration');
  const home = join(options.directory, 'home');
  mkdirSync(directory, { recursive: true });
  mkdirSync(home);
  // A variable TF_TOKEN_<host> cannot hold a port.
  const cliConfiguration = join(options.directory, 'cli.tfrc');
  const credentials = token === undefined ? '' : `credentials "${host}" {\n  token = "${token}"\n}\n`;
  writeFileSync(cliConfiguration, credentials, { mode: 0o600 });
  writeFileSync(join(directory, 'cloud.tf'), cloudBlock({ block: BLOCKS[block], host, organization, workspace }));
  const configure: TerraformProject['configure'] = (text) => writeFileSync(join(directory, 'main.tf'), text);
  configure(options.configuration);

  // Nothing is inherited: neither the caller's credentials nor a proxy.
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TF_CLI_CONFIG_FILE: cliConfiguration,
    // Asks nobody for newer versions.
    CHECKPOINT_DISABLE: '1',
    SSL_CERT_FILE: caFile,
  };
  const start: TerraformProject['start'] = (args, { input = '' } = {}) =>
    startTerraform({ program: options.program, args, cwd: directory, env, input });
  return { directory, home, configure, start, terraform: (args, given) => start(args, given).ended() };
}

const cloudBlock = ({
  block,
  host,
  organization,
  workspace,
}: Record<'block' | 'host' | 'organization' | 'workspace', string>): string =>
  `terraform {
  ${block} {
    hostname     = "${host}"
    organization = "${organization}"
    workspaces {
      name = "${workspace}"
    }
  }
}
`;

interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

function startTerraform({ program, args, cwd, env, input }: Start): RunningTerraform {
  const child = spawn(program, args, { cwd, env });
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  };
  closeAfterTests(kill);
  // A command that asks nothing may have ended before it was all written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const timer = setTimeout(kill, STEP_WITHIN_MS);
  const command = `terraform ${args.join(' ')}`;

  const ended = async (): Promise<Ended> => {
    const [code, signal] = await closed.finally(() => clearTimeout(timer));
    if (signal !== null) {
      const limit = `${STEP_WITHIN_MS / 1000} s`;
      throw new Error(`${command} was ended by ${signal} (limit ${limit})\n${written.stdout}\n${written.stderr}`);
    }
    return { code, ...written };
  };
  return {
    shows: async (pattern) => {
      await waitUntil(
        `${pattern} in the output of ${command}`,
        () => {
          if (child.exitCode !== null) throw new Error(`it ended:\n${written.stdout}\n${written.stderr}`);
          return pattern.test(written.stdout);
        },
        { withinMs: STEP_WITHIN_MS },
      );
    },
    interrupt: () => void child.kill('SIGINT'),
    ended,
  };
}
