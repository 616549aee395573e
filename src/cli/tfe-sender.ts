import ky from 'ky';
import type { Sender } from '../tfe/send.ts';
import { createTransport } from '../tfe/transport.ts';
import type { CliConfig } from './cli-config.ts';

/** The way to TFE that needs no token: certificates and proxy as configured, for as long as `use` runs. */
export async function withSender<T>({ ca, proxy }: CliConfig, use: (sender: Sender) => Promise<T>): Promise<T> {
  const transport = createTransport({ ...(ca !== undefined && { ca }), proxy: proxy() });
  const http = ky.create({
    fetch: transport.fetch,
    retry: 0,
    throwHttpErrors: false,
    redirect: 'manual',
    timeout: false,
  });
  try {
    return await use({ http, transport, now: Date.now });
  } finally {
    await transport.close();
  }
}
