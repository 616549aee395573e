import ky from 'ky';
import { createAccount, createUsers } from './resources/account.ts';
import { createApplies } from './resources/applies.ts';
import { createComments } from './resources/comments.ts';
import { createConfigurationVersions } from './resources/configuration-versions.ts';
import { createLogs } from './resources/logs.ts';
import { createNotificationConfigurations } from './resources/notification-configurations.ts';
import { createOrganizations } from './resources/organizations.ts';
import { createPing } from './resources/ping.ts';
import { createPlans } from './resources/plans.ts';
import { createPolicyChecks } from './resources/policy-checks.ts';
import { createRuns } from './resources/runs.ts';
import type { Sender } from './http/send.ts';
import { createStateVersionOutputs, createStateVersions } from './resources/state-versions.ts';
import { createStorageHttp } from './http/storage-http.ts';
import { createTaskStages } from './resources/task-stages.ts';
import { createTfeHttp } from './http/tfe-http.ts';
import { DEFAULT_TIMEOUTS } from './http/timeouts.ts';
import type { Timeouts } from './http/timeouts.ts';
import { createTransport } from './http/transport.ts';
import type { ProxySettings } from './http/transport.ts';
import { createWorkspaces } from './resources/workspaces.ts';

export interface TfeClientOptions {
  /** https://tfe.example.com */
  address: string;
  /** Read before every request, so that a rotated token counts at once. */
  token: () => string;
  /**
   * PEM (TFE_CA_FILE): certificates trusted besides the machine's own, for the API and for storage. Read before every
   * request, so that a replaced CA counts at once.
   */
  ca?: (() => string) | undefined;
  proxy?: ProxySettings | undefined;
  /** Each number with its reason: timeouts.ts. */
  timeoutsMs?: Partial<Timeouts> | undefined;
  userAgent?: string | undefined;
  /** Called on every 429 of the API, besides the error with which the call rejects. */
  onRateLimited?: (() => void) | undefined;
  /** Called with the requests a second that TFE allows this user, on every answer that says so. */
  onLimit?: ((perSecond: number) => void) | undefined;
  /** Needed for a `Retry-After` that is a date. */
  now?: (() => number) | undefined;
}

export type TfeClient = ReturnType<typeof createTfeClient>;

/**
 * One client for the life of a process; `close()` ends its connections. Throws TypeError if the address is no http(s)
 * URL.
 */
export function createTfeClient(options: TfeClientOptions) {
  const { address, token, ca, proxy, userAgent = 'runwright' } = options;
  if (!/^https?:$/u.test(new URL(address).protocol))
    throw new TypeError('the TFE address must begin with https:// or http://');
  const timeouts: Timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeoutsMs };
  const transport = createTransport({ ...(ca !== undefined && { ca }), ...(proxy && { proxy }) });
  const sender: Sender = {
    // The caller decides on retries; send.ts judges statuses and time limits.
    http: ky.create({ fetch: transport.fetch, retry: 0, throwHttpErrors: false, redirect: 'manual', timeout: false }),
    transport,
    now: options.now ?? Date.now,
  };
  const http = createTfeHttp({
    ...{ ...sender, address, token, timeouts, userAgent },
    onRateLimited: options.onRateLimited,
    onLimit: options.onLimit,
  });
  const storage = createStorageHttp({ ...sender, timeouts, userAgent });
  return {
    ping: createPing(http),
    account: createAccount(http),
    users: createUsers(http),
    organizations: createOrganizations(http),
    workspaces: createWorkspaces(http),
    configurationVersions: createConfigurationVersions(http, storage, { timeouts, address }),
    runs: createRuns(http),
    plans: createPlans(http, storage, { address }),
    applies: createApplies(http, { address }),
    logs: createLogs(storage),
    stateVersions: createStateVersions(http),
    stateVersionOutputs: createStateVersionOutputs(http),
    comments: createComments(http),
    policyChecks: createPolicyChecks(http),
    taskStages: createTaskStages(http),
    notificationConfigurations: createNotificationConfigurations(http),
    close: () => transport.close(),
  };
}
