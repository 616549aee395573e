import { linkTo, linkToAll } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { NotificationConfigurationRecord } from './notification-configuration-record.ts';

export const presentNotificationConfiguration = (configuration: NotificationConfigurationRecord): Resource => ({
  id: configuration.id,
  type: 'notification-configurations',
  attributes: {
    name: configuration.name,
    enabled: configuration.enabled,
    'destination-type': configuration.destinationType,
    url: configuration.url,
    // Written, never told.
    token: null,
    triggers: configuration.triggers,
    'email-addresses': configuration.emailAddresses,
    'delivery-responses': configuration.deliveryResponses,
    'created-at': configuration.createdAt,
    'updated-at': configuration.updatedAt,
  },
  relationships: {
    subscribable: linkTo('workspaces', configuration.workspaceId),
    users: linkToAll('users', configuration.userIds ?? []),
  },
  links: { self: `/api/v2/notification-configurations/${configuration.id}` },
});
