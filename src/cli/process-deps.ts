import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { RunwrightClient } from '@runwright/client';
import { createFolderStore } from '@runwright/client/archive';
import { connectTemporal, type TemporalAccess } from '@runwright/client/temporal';
import { inspectTemporal } from '../temporal/doctor.ts';
import { setUpTemporal } from '../temporal/setup.ts';
import type { ProcessEnvironment } from '../service/config.ts';
import { isReadOnTheWay, READ_ON_THE_WAY } from '../service/plain-http.ts';
import { createTfeClient, type TfeClient } from '../tfe/client.ts';
import { ask } from './terminal/ask.ts';
import { readCliConfig, type CliConfig } from './cli-config.ts';
import type { CliDeps, Output } from './cli-deps.ts';
import { ExitError } from './exit-error.ts';
import { outputOn } from './terminal/process-output.ts';
import { pingAnyway } from './commands/tfe-answers.ts';
import { writeLines } from './terminal/writing.ts';

/** The command line on a real process: its streams, its environment, its signals. */
export function processDeps(process: NodeJS.Process, environment: ProcessEnvironment): CliDeps {
  let read: CliConfig | undefined;
  const config = () => (read ??= readCliConfig(environment));
  return {
    out: outputOn(process.stdout, environment),
    err: outputOn(process.stderr, environment),
    person: {
      isThere: () => Boolean(process.stdin.isTTY && process.stdout.isTTY),
      ask: (question) => ask(question, { input: process.stdin, output: process.stdout }),
    },
    config,
    user: osUser(),
    now: Date.now,
    randomKey: () => randomBytes(6).toString('hex'),
    ...temporalDeps(config, environment),
    ...tfeDeps(config, outputOn(process.stderr, environment)),
    packDirectory: (directory, options) => createFolderStore(config().archiveDirectory).put(directory, options),
    onInterrupt: (interrupted) => {
      process.once('SIGINT', interrupted);
      return () => void process.off('SIGINT', interrupted);
    },
  };
}

function temporalDeps(
  config: () => CliConfig,
  environment: ProcessEnvironment,
): Pick<CliDeps, 'withClient' | 'setUpTemporal' | 'inspectTemporal'> {
  const withTemporal = async <T>(use: (temporal: TemporalAccess) => Promise<T>): Promise<T> => {
    config();
    const temporal = await connectTemporal({ environment });
    try {
      return await use(temporal);
    } finally {
      await temporal.close();
    }
  };
  return {
    withClient: async (use) => {
      const client = await RunwrightClient.connect({ temporal: { environment }, ...clientOptions(config()) });
      try {
        return await use(client);
      } finally {
        await client.close();
      }
    },
    setUpTemporal: () => withTemporal((temporal) => setUpTemporal(temporal, { temporalUi: config().temporalUi })),
    inspectTemporal: () => withTemporal((temporal) => inspectTemporal(temporal, clientOptions(config()))),
  };
}

function tfeDeps(config: () => CliConfig, err: Output): Pick<CliDeps, 'withTfe' | 'pingTfe'> {
  const tfeAddress = (): string => {
    const address = config().tfeAddress;
    if (address === undefined) throw new ExitError('usage', 'TFE_ADDRESS is not set: the URL of Terraform Enterprise');
    return address;
  };
  let isWarned = false;
  const warnOnce = (): void => {
    if (isWarned || !isReadOnTheWay(tfeAddress())) return;
    isWarned = true;
    writeLines(err, [`runwright: warning: ${READ_ON_THE_WAY}; use https`]);
  };
  const withTfeClient = async <T>(use: (tfe: TfeClient) => Promise<T>): Promise<T> => {
    const { tfe, ca, proxy } = config();
    // TFE can be pinged without a token.
    const token = () => tfe?.token().reveal() ?? 'none';
    if (tfe !== undefined) warnOnce();
    const client = createTfeClient({ address: tfeAddress(), token, ca, proxy: proxy() });
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  };
  return {
    withTfe: (use) => {
      tfeAddress();
      if (config().tfe === undefined) {
        throw new ExitError('usage', 'no token is set: TFE_TOKEN, or RUNWRIGHT_TFE_TOKEN_FILE');
      }
      return withTfeClient(use);
    },
    pingTfe: () => withTfeClient(pingAnyway),
  };
}

const clientOptions = ({ tfeAddress, installation, temporalUi }: CliConfig) => ({
  ...(tfeAddress !== undefined && { tfeAddress }),
  ...(installation !== undefined && { installation }),
  ...(temporalUi !== undefined && { temporalUi }),
});

function osUser(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    return 'unknown'; // a container may run under an id without a name
  }
}
