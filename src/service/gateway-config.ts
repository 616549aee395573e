import {
  ConfigError,
  processEnvironment,
  readConfig,
  readOptional,
  type Config,
  type ProcessEnvironment,
} from './config.ts';
import { parseSettings, type ListenAddress, type SettingName, type Settings } from './settings.ts';
import { fixedToken, secretFromFile, type TokenSource } from './token-source.ts';

/** What the gateway needs. It never asks TFE, so it needs only TFE's address, which is part of each request's id. */
export interface GatewayConfig extends Config {
  readonly tfeAddress: string;
  readonly gatewayAddress: ListenAddress;
  /** The token that callers of /v1/requests send. */
  readonly gatewayToken: TokenSource;
  /** Key of TFE's notifications; `undefined`: the gateway takes none. */
  readonly notificationToken: TokenSource | undefined;
}

/** Throws `ConfigError` with every problem, also when there is no gateway token. */
export function readGatewayConfig(environment: ProcessEnvironment = processEnvironment()): GatewayConfig {
  const problems: string[] = [];
  const config = collectProblems(() => readConfig(environment), problems);
  const { settings } = parseSettings(environment); // their faults are among the problems already
  const isGiven = (name: SettingName): boolean => Boolean(environment[name]?.trim());
  const sources = { settings, isGiven, problems };
  const gatewayToken = tokenOf('RUNWRIGHT_GATEWAY_TOKEN', 'RUNWRIGHT_GATEWAY_TOKEN_FILE', sources);
  const notificationToken = tokenOf('RUNWRIGHT_NOTIFICATION_TOKEN', 'RUNWRIGHT_NOTIFICATION_TOKEN_FILE', sources);
  if (!isGiven('RUNWRIGHT_GATEWAY_TOKEN') && !isGiven('RUNWRIGHT_GATEWAY_TOKEN_FILE')) {
    problems.push(
      'RUNWRIGHT_GATEWAY_TOKEN is not set, nor RUNWRIGHT_GATEWAY_TOKEN_FILE: without it anybody could ask for runs',
    );
  }
  if (gatewayToken !== undefined && gatewayToken().reveal() === notificationToken?.().reveal()) {
    problems.push(
      'RUNWRIGHT_NOTIFICATION_TOKEN is the same as RUNWRIGHT_GATEWAY_TOKEN: TFE could approve runs with it, so make another one',
    );
  }
  if (!isGiven('TFE_ADDRESS')) {
    problems.push('TFE_ADDRESS is not set: the URL of Terraform Enterprise, e.g. https://tfe.example.com');
  }
  const tfeAddress = settings.TFE_ADDRESS;
  if (problems.length > 0 || config === undefined || tfeAddress === undefined || gatewayToken === undefined) {
    throw new ConfigError(problems);
  }
  const gatewayAddress = settings.RUNWRIGHT_GATEWAY_ADDRESS ?? { host: '127.0.0.1', port: 0 };
  return Object.freeze({ ...config, tfeAddress, gatewayAddress, gatewayToken, notificationToken });
}

function collectProblems<T>(read: () => T, problems: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

interface Sources {
  readonly settings: Settings;
  readonly isGiven: (name: SettingName) => boolean;
  readonly problems: string[];
}

type TokenName = 'RUNWRIGHT_GATEWAY_TOKEN' | 'RUNWRIGHT_NOTIFICATION_TOKEN';

function tokenOf(
  name: TokenName,
  fileName: `${TokenName}_FILE`,
  { settings, isGiven, problems }: Sources,
): TokenSource | undefined {
  if (isGiven(name) && isGiven(fileName)) problems.push(`${name} and ${fileName} are both set: set one of them`);
  const token = settings[name];
  return (
    readOptional(fileName, settings[fileName], secretFromFile, problems) ??
    (token === undefined ? undefined : fixedToken(token))
  );
}
