import { afterEach } from '@jest/globals';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { TfeClient, TfeClientOptions } from '../../src/tfe/client.ts';
import { TfeError } from '../../src/tfe/http/tfe-error.ts';
import { startReplayServer } from './replay-server.ts';
import type { ReplayServer } from './replay-server.ts';

/** What must never be seen outside of the requests that need it. */
export const PLANTED_TOKEN = 'planted.atlasv1.token-0123456789abcdefghijklmnopqrstuvwxyz';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** A replaying server and a client of it, closed after the test. */
export async function replayed(
  options: Partial<TfeClientOptions> = {},
): Promise<{ server: ReplayServer; tfe: TfeClient }> {
  const server = await startReplayServer();
  opened.push(server);
  return { server, tfe: clientOf(server.address, options) };
}

export function clientOf(address: string, options: Partial<TfeClientOptions> = {}): TfeClient {
  const tfe = createTfeClient({ address, token: () => PLANTED_TOKEN, ...options });
  opened.push(tfe);
  return tfe;
}

export function closeAfterTest(each: { close(): Promise<void> }): void {
  opened.push(each);
}

/** The TfeError that the call rejects with; fails when it resolves, or rejects with anything else. */
export async function errorOf(call: Promise<unknown>): Promise<TfeError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof TfeError) return error;
  throw error;
}
