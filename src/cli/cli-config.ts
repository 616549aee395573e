import { certificatesFromFile, type CertificateSource } from '../service/certificate-source.ts';
import { readConfig, type Config, type ProcessEnvironment, type ProxyConfig } from '../service/config.ts';
import { parseSettings } from '../service/settings.ts';

/** The configuration. TFE's address is known even without a token: commands that start or approve runs need none. */
export interface CliConfig extends Config {
  readonly tfeAddress: string | undefined;
  readonly ca: CertificateSource | undefined;
  readonly proxy: () => ProxyConfig;
}

/** Throws ConfigError with every fault. */
export function readCliConfig(environment: ProcessEnvironment): CliConfig {
  const config = readConfig(environment);
  const { settings } = parseSettings(environment);
  const { HTTPS_PROXY: httpsProxy, HTTP_PROXY: httpProxy, NO_PROXY: noProxy } = settings;
  return {
    ...config,
    tfeAddress: config.tfe?.address ?? settings.TFE_ADDRESS,
    ca: config.tfe?.ca ?? (settings.TFE_CA_FILE === undefined ? undefined : certificatesFromFile(settings.TFE_CA_FILE)),
    proxy: () => ({ ...(httpsProxy && { httpsProxy }), ...(httpProxy && { httpProxy }), ...(noProxy && { noProxy }) }),
  };
}
