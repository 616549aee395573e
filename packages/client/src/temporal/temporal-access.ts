import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection, type ClientOptions, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { TemporalUnreachableError } from '../errors.ts';
import { createRetrySwitch, LONGEST_RETRY_PAUSE_MS } from './grpc-retry.ts';
import { toClientError } from './temporal-failure.ts';

/** How to reach Temporal. What is left out comes from `TEMPORAL_*` and Temporal's own configuration file. */
export interface TemporalOptions {
  /** host:port. */
  address?: string;
  namespace?: string;
  /** Read instead of the process's own environment. */
  environment?: Record<string, string | undefined>;
  /** Whatever the SDK's connection takes (TLS, API key, metadata); wins over the environment. */
  connection?: Omit<ConnectionOptions, 'address'>;
  dataConverter?: NonNullable<ClientOptions['dataConverter']>;
}

// People wait for the answer; a slower server is as good as down.
const CONNECT_TIMEOUT_MS = 5_000;
/** For every call that has no reason to take longer. */
export const RPC_DEADLINE_MS = 10_000;
const DEFAULT_ADDRESS = 'localhost:7233';
const DEFAULT_NAMESPACE = 'default';

export interface CallOptions {
  /** The request that the call is about, for errors. */
  id?: string;
  deadlineMs?: number;
  signal?: AbortSignal | undefined;
}

/** One connection to Temporal: every call has a deadline, every failure is one of ours. */
export class TemporalAccess {
  readonly client: Client;
  readonly address: string;
  private readonly closeConnection: (settled: Promise<unknown>) => Promise<void>;
  private readonly inFlight = new Set<Promise<unknown>>();

  /** `closeConnection` is left out if the caller owns the connection. It is called when all calls have settled. */
  constructor(client: Client, closeConnection: TemporalAccess['closeConnection'] = async () => {}) {
    this.client = client;
    this.address = (client.connection as Connection).options?.address ?? 'its address';
    this.closeConnection = closeConnection;
  }

  get namespace(): string {
    return this.client.options.namespace;
  }

  get workflowService() {
    return this.client.connection.workflowService;
  }

  /** The service that adds search attributes. */
  get operatorService() {
    return (this.client.connection as Connection).operatorService;
  }

  /** Runs one call under a deadline; rejects with our errors, or with the signal's reason once it is aborted. */
  async call<T>(
    run: () => Promise<T>,
    { signal, deadlineMs = RPC_DEADLINE_MS, ...about }: CallOptions = {},
  ): Promise<T> {
    // The SDK notices only a later abort. A call that begins now would keep the connection open until its deadline.
    signal?.throwIfAborted();
    const { connection } = this.client;
    const underDeadline = () => connection.withDeadline(Date.now() + deadlineMs, run);
    const calling = signal ? connection.withAbortSignal(signal, underDeadline) : underDeadline();
    this.inFlight.add(calling);
    calling.catch(() => {}).finally(() => this.inFlight.delete(calling));
    try {
      return await (signal ? unlessAborted(calling, signal) : calling);
    } catch (error) {
      signal?.throwIfAborted();
      throw toClientError(error, { address: this.address, namespace: this.namespace, ...about });
    }
  }

  async close(): Promise<void> {
    await this.closeConnection(Promise.allSettled(this.inFlight));
  }
}

// A call that waits for its retry does not notice the signal by itself.
async function unlessAborted<T>(calling: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const refuse = () => reject(signal.reason);
  signal.addEventListener('abort', refuse, { once: true });
  try {
    return await Promise.race([calling, promise]);
  } finally {
    signal.removeEventListener('abort', refuse);
  }
}

/** Opens a connection. Rejects with TemporalUnreachableError after 5 s. Does not check that the namespace exists. */
export async function connectTemporal(options: TemporalOptions = {}): Promise<TemporalAccess> {
  const configured = loadClientConnectConfig({
    ...(options.environment && { overrideEnvVars: definedOnly(options.environment) }),
  });
  const address = options.address ?? configured.connectionOptions.address ?? DEFAULT_ADDRESS;
  const namespace = options.namespace ?? configured.namespace ?? DEFAULT_NAMESPACE;
  const retry = createRetrySwitch();
  // Lazy, then connected by hand: a connection that never came about can then be closed, and would otherwise keep the
  // process alive.
  const connection = Connection.lazy({
    // The two packages type the same TLS and key options each in their own words.
    ...(configured.connectionOptions as ConnectionOptions),
    connectTimeout: CONNECT_TIMEOUT_MS,
    interceptors: retry.interceptors,
    ...options.connection,
    address,
  });
  const closeConnection = async (settled: Promise<unknown>): Promise<void> => {
    retry.stop();
    await Promise.race([settled, pause(LONGEST_RETRY_PAUSE_MS * 1.1, undefined, { ref: false })]);
    await connection.close();
  };
  try {
    await connection.ensureConnected();
  } catch (error) {
    await closeConnection(pause(LONGEST_RETRY_PAUSE_MS));
    const known = toClientError(error, { address, namespace });
    // The SDK reports a failed first connection in several ways, such as a plain timeout. All mean "no answer".
    throw known === error ? new TemporalUnreachableError(address) : known;
  }
  const { dataConverter } = options;
  const client = new Client({ connection, namespace, ...(dataConverter && { dataConverter }) });
  return new TemporalAccess(client, closeConnection);
}

const definedOnly = (environment: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
