import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { certificatesFromFile, type CertificateSource } from './certificate-source.ts';
import { sealKeysFromFile } from './seal-keys.ts';
import { parseSettings, type ListenAddress, type LogLevel, type Settings } from './settings.ts';
import { fixedToken, tokenFromFile, type TokenSource } from './token-source.ts';

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** How to reach TFE, and with which token. */
export interface TfeConfig {
  /** https://tfe.example.com, without a slash at the end. */
  readonly address: string;
  readonly token: TokenSource;
  /** Certificates that are trusted besides the machine's own. */
  readonly ca: CertificateSource | undefined;
  /** A function, because a proxy's URL may hold a password that must not be printed with the configuration. */
  readonly proxy: () => ProxyConfig;
}

export interface ProxyConfig {
  readonly httpsProxy?: string;
  readonly httpProxy?: string;
  readonly noProxy?: string;
}

export interface TemporalConfig {
  /** Host and port. */
  readonly address: string;
  readonly namespace: string;
  /** For `NativeConnection.connect` and `Connection.connect`: address, TLS, API key, metadata. */
  readonly connection: ClientConnectConfig['connectionOptions'];
}

export interface Config {
  /** `undefined` if neither address nor token is set, for commands that need only Temporal. */
  readonly tfe: TfeConfig | undefined;
  readonly temporal: TemporalConfig;
  readonly organization: string | undefined;
  readonly archiveDirectory: string;
  /** The first key seals, the others open what they sealed. A function, so that keys are not printed. */
  readonly sealKeys: () => readonly string[];
  readonly installation: string | undefined;
  readonly temporalUi: string | undefined;
  readonly healthAddress: ListenAddress;
  readonly logLevel: LogLevel;
  /** RUNWRIGHT_TEST_TIMES. */
  readonly allowsShortTimes: boolean;
  /** `RUNWRIGHT_…` variables that Runwright does not know: probably misspelled. */
  readonly unknownSettings: readonly string[];
}

export interface ServiceConfig extends Config {
  readonly tfe: TfeConfig;
}

/** Thrown when the environment cannot be used. Names all problems at once and contains no value of a setting. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const DEFAULT_TEMPORAL_ADDRESS = 'localhost:7233';

/** The environment of this process. The only place that reads it. */
export const processEnvironment = (): ProcessEnvironment => ({ ...process.env });

/** The configuration of a command that can work without TFE. Throws `ConfigError`. */
export function readConfig(environment: ProcessEnvironment = processEnvironment()): Config {
  const { config, problems } = assemble(environment, 'tfe-optional');
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The configuration of a command that needs TFE. Throws `ConfigError`, also if there is no address or token. */
export function readServiceConfig(environment: ProcessEnvironment = processEnvironment()): ServiceConfig {
  const { config, problems } = assemble(environment, 'tfe-needed');
  const { tfe } = config;
  if (problems.length > 0 || tfe === undefined) throw new ConfigError(problems);
  return Object.freeze({ ...config, tfe });
}

type TfeNeed = 'tfe-needed' | 'tfe-optional';

function assemble(environment: ProcessEnvironment, need: TfeNeed): { config: Config; problems: readonly string[] } {
  const { settings, problems: unreadable } = parseSettings(environment);
  const problems = [...unreadable];
  const tfe = tfeConfig(settings, { problems, need, isGiven: (name) => Boolean(environment[name]?.trim()) });
  const temporal = temporalConfig(environment, problems);
  const config = {
    tfe,
    temporal,
    organization: settings.TFE_ORGANIZATION,
    archiveDirectory: settings.RUNWRIGHT_ARCHIVE_DIR ?? '.runwright/archives',
    sealKeys: sealKeys(settings, problems),
    installation: settings.RUNWRIGHT_INSTALLATION,
    temporalUi: settings.RUNWRIGHT_TEMPORAL_UI,
    healthAddress: settings.RUNWRIGHT_HEALTH_ADDRESS ?? { host: '127.0.0.1', port: 0 },
    logLevel: settings.RUNWRIGHT_LOG_LEVEL ?? 'info',
    allowsShortTimes: settings.RUNWRIGHT_TEST_TIMES === 'allow',
    unknownSettings: unknownSettings(environment, settings),
  };
  return { config: Object.freeze(config), problems };
}

function sealKeys(settings: Settings, problems: string[]): Config['sealKeys'] {
  const { RUNWRIGHT_SEAL_KEY: given = [], RUNWRIGHT_SEAL_KEY_FILE: file } = settings;
  if (file !== undefined && given.length > 0)
    problems.push('RUNWRIGHT_SEAL_KEY and RUNWRIGHT_SEAL_KEY_FILE are both set: set one of them');
  return readOptional('RUNWRIGHT_SEAL_KEY_FILE', file, sealKeysFromFile, problems) ?? (() => given);
}

interface TfeContext {
  readonly problems: string[];
  readonly need: TfeNeed;
  /** Whether the variable holds anything, valid or not. A faulty value is reported once, and not as missing too. */
  readonly isGiven: (name: string) => boolean;
}

function tfeConfig(settings: Settings, { problems, need, isGiven }: TfeContext): TfeConfig | undefined {
  const hasAddress = isGiven('TFE_ADDRESS');
  const hasToken = isGiven('TFE_TOKEN');
  const hasTokenFile = isGiven('RUNWRIGHT_TFE_TOKEN_FILE');
  const ca = readOptional('TFE_CA_FILE', settings.TFE_CA_FILE, certificatesFromFile, problems);
  if (need === 'tfe-optional' && !(hasAddress && (hasToken || hasTokenFile))) return undefined;

  if (!hasAddress)
    problems.push('TFE_ADDRESS is not set: the URL of Terraform Enterprise, e.g. https://tfe.example.com');
  if (!hasToken && !hasTokenFile) problems.push('TFE_TOKEN is not set, nor RUNWRIGHT_TFE_TOKEN_FILE');
  if (hasToken && hasTokenFile) problems.push('TFE_TOKEN and RUNWRIGHT_TFE_TOKEN_FILE are both set: set one of them');
  const file = settings.RUNWRIGHT_TFE_TOKEN_FILE;
  const token =
    readOptional('RUNWRIGHT_TFE_TOKEN_FILE', file, tokenFromFile, problems) ??
    (settings.TFE_TOKEN === undefined ? undefined : fixedToken(settings.TFE_TOKEN));
  if (settings.TFE_ADDRESS === undefined || token === undefined) return undefined;
  return Object.freeze({ address: settings.TFE_ADDRESS, token, ca, proxy: () => proxyConfig(settings) });
}

const proxyConfig = ({ HTTPS_PROXY, HTTP_PROXY, NO_PROXY }: Settings): ProxyConfig => ({
  ...(HTTPS_PROXY !== undefined && { httpsProxy: HTTPS_PROXY }),
  ...(HTTP_PROXY !== undefined && { httpProxy: HTTP_PROXY }),
  ...(NO_PROXY !== undefined && { noProxy: NO_PROXY }),
});

function temporalConfig(environment: ProcessEnvironment, problems: string[]): TemporalConfig {
  const defined = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(defined) });
    const address = connectionOptions.address ?? DEFAULT_TEMPORAL_ADDRESS;
    return { address, namespace: namespace ?? 'default', connection: { ...connectionOptions, address } };
  } catch (error) {
    // The SDK reads settings and the profile file. Its messages name them and hold no key or certificate.
    problems.push(`TEMPORAL_*: ${(error as Error).message}`);
    return { address: DEFAULT_TEMPORAL_ADDRESS, namespace: 'default', connection: {} };
  }
}

/** Reads the file that a setting names. If the file cannot be used, adds a problem that names its path. */
export function readOptional<T>(
  name: string,
  file: string | undefined,
  read: (file: string) => T,
  problems: string[],
): T | undefined {
  if (file === undefined) return undefined;
  try {
    return read(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : code === undefined ? message : `cannot be read (${code})`;
    problems.push(`${name}: the file ${file} ${why}`);
    return undefined;
  }
}

function unknownSettings(environment: ProcessEnvironment, settings: Settings): string[] {
  // RUNWRIGHT_TEST_… belongs to the tests.
  return Object.keys(environment).filter((name) => /^RUNWRIGHT_(?!TEST_)/.test(name) && !(name in settings));
}
