import { z } from 'zod';
import { badRequest, created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { demand, workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { verify } from './deliver.ts';
import { TRIGGERS } from './payload.ts';
import { presentNotificationConfiguration } from './notification-configuration-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { DeliverDeps } from './deliver.ts';
import type { Store } from '../store/store.ts';
import type { DeliveryResponse, NotificationConfigurationRecord } from './notification-configuration-record.ts';

export interface NotificationConfigurationsRouteDeps extends PermissionsDeps, DeliverDeps {
  store: Store;
  timestamp: () => string;
}

const MAX_PER_WORKSPACE = 20; // TFE's

const Attributes = z.object({
  name: z.string().min(1, "can't be blank").max(255),
  'destination-type': z.enum(['generic', 'slack', 'microsoft-teams', 'email']),
  enabled: z.boolean().nullish(),
  url: z.url({ protocol: /^https?$/ }).nullish(),
  token: z.string().nullish(),
  // New triggers come without notice; what is not known here is never triggered.
  triggers: z.array(z.string()).nullish(),
  'email-addresses': z.array(z.string()).nullish(),
});
// Of an e-mail destination, besides addresses.
const Relationships = z.object({ users: z.object({ data: z.array(z.object({ id: z.string().min(1) })) }).nullish() });
type Relationships = z.infer<typeof Relationships>;

const userIdsOf = ({ users }: Relationships): string[] | undefined => users?.data.map(({ id }) => id);

function configurationOf(call: Call, deps: NotificationConfigurationsRouteDeps): NotificationConfigurationRecord {
  const configuration = deps.store.notificationConfigurations.get(call.params['notification_configuration_id'] ?? '');
  if (!configuration) throw notFound();
  demand(call.caller, 'admin', configuration.workspaceId);
  return configuration;
}

function check(configuration: NotificationConfigurationRecord): void {
  if (configuration.destinationType !== 'email' && !configuration.url)
    throw invalid("Url can't be blank", '/data/attributes/url');
  const known: readonly string[] = TRIGGERS;
  const wrong = configuration.triggers.find(
    (trigger) => !known.includes(trigger) && !/^(run|assessment|workspace):\w+$/.test(trigger),
  );
  if (wrong !== undefined) throw invalid(`Triggers ${wrong} is not a trigger`, '/data/attributes/triggers');
}

/** The destination's answer. Throws a refusal where it gives none, or another than 2xx. */
async function verifiedBy(
  deps: NotificationConfigurationsRouteDeps,
  configuration: NotificationConfigurationRecord,
): Promise<DeliveryResponse> {
  const response = await verify(deps, configuration);
  if (response.successful === 'true') return response;
  throw badRequest(
    response.code === '0'
      ? `The destination could not be reached with the verification: ${response.body}`
      : `The destination answered the verification with ${response.code}.`,
  );
}

/** An enabled destination must answer its verification, else nothing is kept. */
async function verified(
  deps: NotificationConfigurationsRouteDeps,
  configuration: NotificationConfigurationRecord,
): Promise<NotificationConfigurationRecord> {
  if (!configuration.enabled) return configuration;
  return { ...configuration, deliveryResponses: [await verifiedBy(deps, configuration)] };
}

async function create(call: Call, deps: NotificationConfigurationsRouteDeps): Promise<Answer> {
  const workspace = workspaceOf(call, deps, 'admin');
  const { attributes, relationships } = readResource(call.body, {
    type: 'notification-configurations',
    attributes: Attributes,
    relationships: Relationships,
  });
  if (deps.store.notificationConfigurations.count({ scope: workspace.id }) >= MAX_PER_WORKSPACE) {
    throw invalid(`A workspace has at most ${MAX_PER_WORKSPACE} notification configurations`);
  }
  const at = deps.timestamp();
  const configuration: NotificationConfigurationRecord = {
    id: newId('nc'),
    workspaceId: workspace.id,
    name: attributes.name,
    destinationType: attributes['destination-type'],
    enabled: attributes.enabled ?? false,
    token: attributes.token ?? null,
    url: attributes.url ?? null,
    triggers: attributes.triggers ?? [],
    emailAddresses: attributes['email-addresses'] ?? [],
    userIds: userIdsOf(relationships) ?? [],
    createdAt: at,
    updatedAt: at,
    deliveryResponses: [],
  };
  check(configuration);
  const answered = await verified(deps, configuration);
  workspaceOf(call, deps, 'admin'); // it may be gone: the verification took its time
  const kept = deps.store.notificationConfigurations.insert(answered);
  return created({ data: presentNotificationConfiguration(kept) });
}

async function update(call: Call, deps: NotificationConfigurationsRouteDeps): Promise<Answer> {
  const configuration = configurationOf(call, deps);
  const { attributes, relationships } = readResource(call.body, {
    type: 'notification-configurations',
    attributes: Attributes.partial(),
    relationships: Relationships,
  });
  const changed: NotificationConfigurationRecord = {
    ...configuration,
    name: attributes.name ?? configuration.name,
    enabled: attributes.enabled ?? configuration.enabled,
    token: attributes.token === undefined ? configuration.token : attributes.token,
    url: attributes.url === undefined ? configuration.url : attributes.url,
    triggers: attributes.triggers ?? configuration.triggers,
    emailAddresses: attributes['email-addresses'] ?? configuration.emailAddresses,
    // TFE takes users as a whole: left out, there are none.
    userIds: userIdsOf(relationships) ?? [],
    updatedAt: deps.timestamp(),
  };
  check(changed);
  const isNews = changed.enabled && (!configuration.enabled || changed.url !== configuration.url);
  const kept = isNews ? await verified(deps, changed) : changed;
  configurationOf(call, deps); // as above
  return ok({
    data: presentNotificationConfiguration(deps.store.notificationConfigurations.update(configuration.id, kept)),
  });
}

const OF_WORKSPACE = '/workspaces/:workspace_id/notification-configurations';
const ONE = '/notification-configurations/:notification_configuration_id';

export const notificationConfigurationRoutes: readonly Route<NotificationConfigurationsRouteDeps>[] = [
  {
    method: 'GET',
    path: OF_WORKSPACE,
    summary: 'List the notification configurations of a workspace',
    door: 'api',
    handle(call, deps) {
      const workspace = workspaceOf(call, deps, 'admin');
      const page = call.query.page();
      const configurations = deps.store.notificationConfigurations.select({
        scope: workspace.id,
        ...offsetOf(page),
      });
      const total = deps.store.notificationConfigurations.count({ scope: workspace.id });
      const items = configurations.map(presentNotificationConfiguration);
      return ok(pageOf({ items, total }, page, { call }));
    },
  },
  {
    method: 'POST',
    path: OF_WORKSPACE,
    summary: 'Create a notification configuration; an enabled one is verified first',
    door: 'api',
    body: 'resource',
    handle: create,
  },
  {
    method: 'GET',
    path: ONE,
    summary: 'Read a notification configuration',
    door: 'api',
    handle: (call, deps) => ok({ data: presentNotificationConfiguration(configurationOf(call, deps)) }),
  },
  {
    method: 'PATCH',
    path: ONE,
    summary: 'Update a notification configuration',
    door: 'api',
    body: 'resource',
    handle: update,
  },
  {
    method: 'DELETE',
    path: ONE,
    summary: 'Delete a notification configuration',
    door: 'api',
    handle(call, deps) {
      deps.store.notificationConfigurations.delete(configurationOf(call, deps).id);
      return noContent();
    },
  },
  {
    method: 'POST',
    path: `${ONE}/actions/verify`,
    summary: 'Send a verification; ten a minute and user',
    door: 'api',
    budget: 'verification',
    body: 'plain',
    async handle(call, deps) {
      await verifiedBy(deps, configurationOf(call, deps));
      return ok({ data: presentNotificationConfiguration(configurationOf(call, deps)) });
    },
  },
];
