import { createHmac } from 'node:crypto';
import { startGateway, type ReceiveTimes } from '../../src/gateway/server.ts';
import { createLogger } from '../../src/service/logger.ts';
import { fixedToken } from '../../src/service/token-source.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import type { Orchestrator } from '../support/orchestrator.ts';

export const TOKEN = 'planted-gateway-token-0123456789abcdef';
export const NOTIFICATION_KEY = 'planted-notification-key-0123456789abcdef';

export interface Answer {
  status: number;
  headers: Headers;
  // The tests say what they expect of it.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

export interface GatewayForTests {
  address: string;
  /** With the right token and content type, unless `headers` says otherwise; a body that is no text is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a notification, signed with the right key unless a signature is given. */
  notify(body: string, signature?: string): Promise<Answer>;
  /** Everything that was logged. */
  log(): string;
  close(): Promise<void>;
}

interface GatewayVariant {
  notifications?: 'taken' | 'not-taken';
  closeWithinMs?: number;
  receive?: ReceiveTimes;
}

/** A gateway in this process, over real HTTP, for the requests of this orchestrator. */
export async function gatewayForTests(
  its: Orchestrator,
  { notifications = 'taken', ...times }: GatewayVariant = {},
): Promise<GatewayForTests> {
  let log = '';
  const gateway = await startGateway({
    client: its.client,
    tfeAddress: its.tfe.address,
    token: fixedToken(TOKEN),
    notificationKey: notifications === 'taken' ? fixedToken(NOTIFICATION_KEY) : undefined,
    listen: { host: '127.0.0.1', port: 0 },
    ...times,
    // The secrets are not told to it: what keeps them out of the log is then the gateway's own doing.
    logger: createLogger({ level: 'debug', name: 'gateway', destination: { write: (line) => (log += line) } }),
  });
  closeAfterTests(() => gateway.close());
  const ask: GatewayForTests['ask'] = async (method, path, body, headers = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${gateway.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  return {
    address: gateway.address,
    ask,
    notify: (body, signature = sign(body)) =>
      ask('POST', '/v1/notifications/tfe', body, { 'x-tfe-notification-signature': signature, authorization: '' }),
    log: () => log,
    close: () => gateway.close(),
  };
}

/** As TFE signs. */
export const sign = (body: string, key = NOTIFICATION_KEY): string =>
  createHmac('sha512', key).update(body).digest('hex');

/** Where a request is found: workflow ids have slashes. */
export const pathOf = (id: string): string => `/v1/requests/${encodeURIComponent(id)}`;
