import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import { RunwrightClient } from '@runwright/client';
import {
  connectionSettings,
  startWorkerProcess,
  type Connections,
  type ServiceProcess,
} from '../../src/stack/runwright-processes.ts';
import { openStack } from '../../src/stack/stack.ts';
import type { LocalTfe, LocalTfeOptions } from '../../packages/local-tfe/src/server.ts';
import { runCliInProcess } from '../support/cli-in-process.ts';
import { startCli, type CliOptions, type CliResult, type RunningCli } from '../support/cli-process.ts';
import { startInTerminal, type TerminalCli } from '../support/cli-terminal.ts';
import { localTfeForTests } from '../support/local-tfe.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';

/** A worker process on the Temporal of this test run and a local TFE, and the command line pointed at them. */
export interface CommandLine {
  tfe: LocalTfe;
  /** The same requests, seen without the price of a process. */
  client: RunwrightClient;
  worker: ServiceProcess;
  /** Runs a command to its end, in this process. */
  runwright(args: string[]): Promise<CliResult>;
  /** Starts a command in a process of its own. */
  start(args: string[], options?: CliOptions): RunningCli;
  /** Starts a command in a terminal of 80 columns. */
  inTerminal(args: string[]): TerminalCli;
  /** A directory of files, made for this test. */
  directory(files: Record<string, string>): string;
}

/** Call it at the top of a test file: everything is stopped after its last test. `workerToken`: not TFE's own, to be refused. */
export async function commandLine(
  options: LocalTfeOptions = {},
  { workerToken }: { workerToken?: string } = {},
): Promise<CommandLine> {
  const base = mkdtempSync(join(tmpdir(), 'runwright-cli-'));
  const tfe = await localTfeForTests(options);
  const stack = openStack({ directory: base, environment: process.env });
  const installation = uniqueName('cli');
  const client = await RunwrightClient.connect({
    temporal: { address: temporalAddress(), namespace: 'default', environment: {} },
    tfeAddress: tfe.address,
    installation,
  });
  afterAll(async () => {
    await client.close();
    await stack.stop();
    rmSync(base, { recursive: true, force: true });
  });
  const connections: Connections = {
    temporal: { address: temporalAddress(), namespace: 'default' },
    tfe: { address: tfe.address, token: tfe.token },
    archiveDirectory: join(base, 'archives'),
    installation,
    env: { RUNWRIGHT_TEST_TIMES: 'allow' },
  };
  const tfeOfWorker = { ...connections.tfe, ...(workerToken !== undefined && { token: workerToken }) };
  const worker = await startWorkerProcess(stack, { ...connections, tfe: tfeOfWorker });
  const env = { ...connectionSettings(connections), TFE_ORGANIZATION: 'demo' };
  const settings = ({ env: own, ...rest }: CliOptions = {}): CliOptions => ({
    cwd: base,
    ...rest,
    env: { ...env, ...own },
  });
  return {
    tfe,
    client,
    worker,
    runwright: (args) => runCliInProcess(args, env),
    start: (args, cliOptions) => startCli(args, settings(cliOptions)),
    inTerminal: (args) => startInTerminal(args, { env, cwd: base }),
    directory: (files) => {
      const directory = mkdtempSync(join(base, 'files-'));
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        writeFileSync(join(directory, path), content);
      }
      return directory;
    },
  };
}

/** Pauses of the workflow as short as a test wants them. */
export const SHORT_PAUSES = [
  ['pollMin', '50ms'],
  ['pollWorkingMax', '200ms'],
  ['pollPeopleMax', '500ms'],
  ['commitWindow', '500ms'],
].flatMap(([name, length]) => ['--timing', `${name}=${length}`]);

/** One resource and two outputs, of which one is sensitive. */
export const greeting = (audience: string): string => `
resource "terraform_data" "greeting" {
  input = "Hello, ${audience}"
}
output "greeting" {
  value = terraform_data.greeting.output
}
output "password" {
  value     = "planted-secret"
  sensitive = true
}
`;
