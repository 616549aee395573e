import { setTimeout as pause } from 'node:timers/promises';
import { msToTs } from '@temporalio/common/lib/time.js';
import {
  NamespaceNotFoundError,
  SearchAttributesConflictError,
  SearchAttributesMissingError,
  TemporalRefusedError,
} from '@runwright/client';
import {
  GRPC,
  grpcFactsOf,
  type NamespaceFacts,
  readNamespace,
  storeNamespaceUi,
  type TemporalAccess,
  type UiReport,
} from '@runwright/client/temporal';
import { REQUIRED_ATTRIBUTES, readRegisteredAttributes, attributesAreAccepted } from './required-attributes.ts';

/** What the set-up found and did. */
export interface SetupReport {
  namespace: NamespaceFacts & { state: 'created' | 'present' };
  searchAttributes: { name: string; type: string; state: 'added' | 'present' }[];
  /** Only if an address was given: the namespace keeps it. */
  temporalUi?: UiReport;
}

// Temporal remembers a key as long as its closed workflow; a month outlives any pipeline that might repeat it.
const RETENTION_DAYS = 30;
// Servers cache namespaces for 10 s and search attributes for 60 s.
const ACCEPTED_WITHIN_MS = 90_000;
const LOOK_AGAIN_MS = 500;

/**
 * Prepares the namespace; safe to repeat. Returns once a request can be started. Needs only Temporal: no worker, no
 * TFE.
 */
export async function setUpTemporal(
  temporal: TemporalAccess,
  { temporalUi }: { temporalUi?: string | undefined } = {},
): Promise<SetupReport> {
  const namespace = await ensureNamespace(temporal);
  const registered = await within(ACCEPTED_WITHIN_MS, () => readRegisteredAttributes(temporal));
  const conflicts = REQUIRED_ATTRIBUTES.filter(
    ({ name, code }) => registered.has(name) && registered.get(name) !== code,
  );
  if (conflicts.length > 0) {
    throw new SearchAttributesConflictError(
      temporal.namespace,
      conflicts.map(({ name, type }) => `${name} is needed as ${type}`),
    );
  }
  const missing = REQUIRED_ATTRIBUTES.filter(({ name }) => !registered.has(name));
  if (missing.length > 0) await addAttributes(temporal, missing);
  await awaitAccepted(temporal);
  const ui = temporalUi === undefined ? undefined : await storeNamespaceUi(temporal, temporalUi);
  const added = new Set(missing.map(({ name }) => name));
  return {
    namespace,
    ...(ui && { temporalUi: ui }),
    searchAttributes: REQUIRED_ATTRIBUTES.map(({ name, type }) => ({
      name,
      type,
      state: added.has(name) ? 'added' : 'present',
    })),
  };
}

async function ensureNamespace(temporal: TemporalAccess): Promise<SetupReport['namespace']> {
  try {
    return { ...(await readNamespace(temporal)), state: 'present' };
  } catch (error) {
    if (!(error instanceof NamespaceNotFoundError)) throw error;
  }
  await temporal.call(() =>
    temporal.workflowService.registerNamespace({
      namespace: temporal.namespace,
      description: 'Terraform Enterprise runs, performed by Runwright',
      workflowExecutionRetentionPeriod: msToTs(RETENTION_DAYS * 86_400_000),
    }),
  );
  return { ...(await within(ACCEPTED_WITHIN_MS, () => readNamespace(temporal))), state: 'created' };
}

async function addAttributes(temporal: TemporalAccess, missing: typeof REQUIRED_ATTRIBUTES): Promise<void> {
  const { namespace } = temporal;
  const searchAttributes = Object.fromEntries(missing.map(({ name, code }) => [name, code]));
  try {
    await temporal.call(() => temporal.operatorService.addSearchAttributes({ namespace, searchAttributes }), {
      deadlineMs: 60_000,
    });
  } catch (error) {
    const code = grpcFactsOf(error)?.code;
    if (code === GRPC.alreadyExists) return; // another setup runs at the same time
    if (code !== GRPC.unimplemented && !(error instanceof TemporalRefusedError)) throw error;
    // Temporal Cloud allows this only in its own console and API.
    const names = missing.map(({ name, type }) => `${name} as ${type}`);
    throw new SearchAttributesMissingError(
      namespace,
      names,
      'this server does not let clients add them, add them in its own settings',
    );
  }
}

async function awaitAccepted(temporal: TemporalAccess): Promise<void> {
  await within(ACCEPTED_WITHIN_MS, async () => {
    const accepted = await attributesAreAccepted(temporal);
    if (!accepted) throw new SearchAttributesMissingError(temporal.namespace);
  });
}

/** Retries, because the server's caches lag behind, until the time is over. */
async function within<T>(timeMs: number, look: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const lagging = error instanceof NamespaceNotFoundError || error instanceof SearchAttributesMissingError;
      if (!lagging || performance.now() - startedAt > timeMs) throw error;
      await pause(LOOK_AGAIN_MS);
    }
  }
}
