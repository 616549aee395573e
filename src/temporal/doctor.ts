import { NamespaceNotFoundError } from '@runwright/client';
import { activityQueuesOf, SHORT_TIMES_SIGN, taskQueueOf } from '@runwright/client/contract';
import { countOf } from '@runwright/client/domain';
import { installationIdOf, readNamespace, type TemporalAccess, tfeHostOf } from '@runwright/client/temporal';
import { otherHosts } from './other-hosts.ts';
import { attributesAreAccepted, readRegisteredAttributes, REQUIRED_ATTRIBUTES } from './required-attributes.ts';

/** One check and what it found. `todo` is set if somebody must do something. */
export interface Check {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  found: string;
  todo?: string;
}

export interface TemporalDiagnosis {
  checks: Check[];
  /** The installation of this namespace; absent if the namespace is missing, or neither a name nor a TFE is given. */
  ours?: { installation: string; namespaceId: string };
}

const TASK_QUEUE_TYPE = { workflow: 1, activity: 2 } as const;
// Workers poll at least once a minute; the server forgets a poller after five.
const POLLER_IS_GONE_AFTER_MS = 90_000;

/**
 * Temporal's half of the doctor: server, namespace, search attributes, workers. Rejects only if Temporal does not
 * answer.
 */
export async function inspectTemporal(
  temporal: TemporalAccess,
  { tfeAddress, installation }: { tfeAddress?: string; installation?: string },
): Promise<TemporalDiagnosis> {
  const checks = [await checkServer(temporal)];
  const namespace = await checkNamespace(temporal);
  checks.push(namespace.check);
  if (namespace.id === undefined) return { checks };
  checks.push(await checkSearchAttributes(temporal));
  const tfeHost = tfeAddress && tfeHostOf(tfeAddress);
  const derived = tfeHost && installationIdOf({ namespaceId: namespace.id, tfeHost });
  const known = installation ?? derived;
  if (!known) return { checks };
  return {
    checks: [...checks, ...(await checkWorkers(temporal, { installation: known, tfeHost }))],
    ours: { installation: known, namespaceId: namespace.id },
  };
}

async function checkServer(temporal: TemporalAccess): Promise<Check> {
  const { serverVersion } = await temporal.call(() => temporal.workflowService.getSystemInfo({}));
  return {
    name: 'temporal',
    state: 'ok',
    found: `${temporal.address}, server ${serverVersion || 'of unknown version'}`,
  };
}

async function checkNamespace(temporal: TemporalAccess): Promise<{ check: Check; id?: string }> {
  const name = 'namespace';
  try {
    const { id, retentionDays } = await readNamespace(temporal);
    if (retentionDays === undefined) return { check: { name, state: 'ok', found: temporal.namespace }, id };
    const found = `${temporal.namespace}, remembers ended requests and their keys for ${describeDays(retentionDays)}`;
    if (retentionDays >= 7) return { check: { name, state: 'ok', found }, id };
    const todo = `set a longer retention: temporal operator namespace update --retention 30d ${temporal.namespace}`;
    return { check: { name, state: 'warning', found, todo }, id };
  } catch (error) {
    if (!(error instanceof NamespaceNotFoundError)) throw error;
    const todo = 'run "runwright setup", or set TEMPORAL_NAMESPACE';
    return { check: { name, state: 'failed', found: `"${temporal.namespace}" does not exist`, todo } };
  }
}

function describeDays(days: number): string {
  return days >= 1 ? countOf(Math.round(days), 'day') : countOf(Math.round(days * 24), 'hour');
}

async function checkSearchAttributes(temporal: TemporalAccess): Promise<Check> {
  const name = 'search-attributes';
  const registered = await readRegisteredAttributes(temporal);
  const missing = REQUIRED_ATTRIBUTES.filter(({ name: attribute, code }) => registered.get(attribute) !== code);
  if (missing.length > 0) {
    const found = `missing: ${missing.map((attribute) => `${attribute.name} (${attribute.type})`).join(', ')}`;
    return { name, state: 'failed', found, todo: 'run "runwright setup" once' };
  }
  if (await attributesAreAccepted(temporal)) {
    return { name, state: 'ok', found: `${REQUIRED_ATTRIBUTES.length} registered` };
  }
  return { name, state: 'failed', found: 'registered, but not accepted yet', todo: 'wait a minute and look again' };
}

async function checkWorkers(
  temporal: TemporalAccess,
  { installation, tfeHost }: { installation: string; tfeHost: string | undefined },
): Promise<Check[]> {
  const queue = taskQueueOf(installation);
  const queues = [queue, ...Object.values(activityQueuesOf(queue))];
  const polling = await Promise.all(
    queues.map((name) => workersOn(temporal, name, name === queue ? 'workflow' : 'activity')),
  );
  const silent = queues.filter((_name, index) => polling[index]?.length === 0);
  const name = 'worker';
  if (silent.length > 0) {
    const found =
      silent.length === queues.length ? `no worker listens on ${queue}` : `nobody listens on ${silent.join(', ')}`;
    const todo = 'start one with "runwright worker": requests wait until then';
    const others = tfeHost ? await otherHosts(temporal, tfeHost) : [];
    return [
      { name, state: 'failed', found, todo },
      ...(tfeHost && others.length > 0 ? [sameTfe(tfeHost, others)] : []),
    ];
  }
  const short = [...new Set(polling.flat())].filter((identity) => identity.endsWith(SHORT_TIMES_SIGN));
  return [
    { name, state: 'ok', found: `a worker listens on ${queue}` },
    ...short.map((identity): Check => ({
      name,
      state: 'warning',
      found: `${identity}: IT TAKES REQUESTS WHOSE TIMES ARE BELOW WHAT SAFETY RESTS ON`,
      todo: 'only for tests: start it without RUNWRIGHT_TEST_TIMES where runs count',
    })),
  ];
}

/** Two spellings of one TFE are two installations, whose workers do not take each other's requests. */
const sameTfe = (tfeHost: string, others: readonly string[]): Check => ({
  name: 'tfe-address',
  state: 'warning',
  found: `TFE_ADDRESS names ${tfeHost}; requests of this namespace are open for ${others.slice(0, 3).join(', ')}`,
  todo: 'if that is the same TFE, write TFE_ADDRESS alike for callers and workers',
});

/** The identities of the workers that have lately asked this queue for work. */
async function workersOn(
  temporal: TemporalAccess,
  name: string,
  type: keyof typeof TASK_QUEUE_TYPE,
): Promise<string[]> {
  const { namespace } = temporal;
  const answer = await temporal.call(() =>
    temporal.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType: TASK_QUEUE_TYPE[type],
    }),
  );
  const isHere = (seconds: number): boolean => Date.now() - seconds * 1_000 < POLLER_IS_GONE_AFTER_MS;
  return (answer.pollers ?? [])
    .filter(({ lastAccessTime }) => isHere(Number(lastAccessTime?.seconds ?? 0)))
    .map(({ identity }) => identity ?? '');
}
