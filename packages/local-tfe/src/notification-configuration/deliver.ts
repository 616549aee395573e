import { createHmac } from 'node:crypto';
import { isLoopback } from '../http/host-names.ts';
import type { Store } from '../store/store.ts';
import type { Settings } from '../settings.ts';
import type { Journal } from '../control/journal.ts';
import type { DeliveryResponse, NotificationConfigurationRecord } from './notification-configuration-record.ts';
import { payloadOf } from './payload.ts';
import type { Subject, Trigger } from './payload.ts';

export interface DeliverDeps {
  store: Store;
  settings: Settings;
  timestamp: () => string;
  journal: Journal;
}

const TIMEOUT_MS = 10_000; // TFE waits no longer either
const KEPT_BODY = 1_024;

/** Sends one notification, signed, and writes down what came back. One attempt, as TFE makes. */
export async function deliver(
  deps: DeliverDeps,
  configuration: NotificationConfigurationRecord,
  what: { trigger: Trigger; subject: Subject | undefined },
): Promise<DeliveryResponse> {
  const body = payloadOf(configuration, what.trigger, what.subject);
  const url = configuration.url ?? '';
  const response =
    configuration.destinationType === 'email' || isElsewhere(deps, url)
      ? outcome(deps, url, { code: 200, body: '', headers: {} })
      : await post(deps, configuration, url, body);
  deps.journal.note({
    kind: 'delivery',
    detail: {
      configuration: configuration.id,
      destination: configuration.destinationType,
      trigger: what.trigger,
      runId: what.subject?.run.id ?? null,
      runStatus: what.subject?.run.status ?? null,
      code: response.code,
      sent: configuration.destinationType !== 'email' && !isElsewhere(deps, url),
    },
  });
  return response;
}

function isElsewhere(deps: DeliverDeps, url: string): boolean {
  if (deps.settings.deliveries !== 'loopback') return false;
  const host = (URL.parse(url)?.hostname ?? '').replace(/^\[|\]$/g, '');
  return !(host === 'localhost' || isLoopback(host));
}

async function post(
  deps: DeliverDeps,
  configuration: NotificationConfigurationRecord,
  url: string,
  body: string,
): Promise<DeliveryResponse> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'TFE' };
  // Only generic destinations are signed, and only where a key was given.
  if (configuration.destinationType === 'generic' && configuration.token) {
    headers['x-tfe-notification-signature'] = createHmac('sha512', configuration.token).update(body).digest('hex');
  }
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const text = await beginningOf(answer);
    const seen = Object.fromEntries([...answer.headers].map(([name, value]) => [name, [value]]));
    return outcome(deps, url, { code: answer.status, body: text, headers: seen });
  } catch (error) {
    return outcome(deps, url, { code: 0, body: reasonOf(error), headers: {} });
  }
}

/** As much of a body as is kept; what comes after it, without end perhaps, is not read. */
async function beginningOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size >= KEPT_BODY) break;
  }
  return Buffer.concat(chunks).toString().slice(0, KEPT_BODY);
}

/** `fetch failed` says nothing; what it was caused by does: `connect ECONNREFUSED 127.0.0.1:1`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause === '' ? error.message : cause;
}

const outcome = (
  deps: DeliverDeps,
  url: string,
  answer: { code: number; body: string; headers: Record<string, string[]> },
): DeliveryResponse => ({
  url,
  body: answer.body,
  code: String(answer.code),
  headers: answer.headers,
  'sent-at': deps.timestamp(),
  successful: String(answer.code >= 200 && answer.code < 300),
});

/** Sends the verification and keeps its outcome with the configuration. */
export async function verify(
  deps: DeliverDeps,
  configuration: NotificationConfigurationRecord,
): Promise<DeliveryResponse> {
  const response = await deliver(deps, configuration, { trigger: 'verification', subject: undefined });
  if (deps.store.notificationConfigurations.get(configuration.id)) {
    deps.store.notificationConfigurations.update(configuration.id, { deliveryResponses: [response] });
  }
  return response;
}
