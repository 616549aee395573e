import { z } from 'zod';
import { defined, maybeFlag, maybeObject, maybeText, pageOf, resourceId, single } from '../http/json-api.ts';
import type { Page } from '../http/json-api.ts';
import { pagingQuery } from '../http/paging.ts';
import type { Paging } from '../http/paging.ts';
import type { Secret } from '../http/secret.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

/** A webhook of a workspace. TFE takes its HMAC key and never shows it again. */
export interface NotificationConfiguration {
  id: string;
  name: string;
  enabled: boolean;
  /** generic, slack, email …; an open set. */
  destinationType?: string;
  /** Secret, because other tools put secrets into their URLs. */
  url?: string;
  /** E.g. run:needs_attention; an open set. */
  triggers: string[];
  /** What the destination answered, the newest first; absent where the server does not say. */
  deliveries: { isSuccessful?: boolean; code?: string; sentAt?: string }[];
}

export interface WriteNotificationConfiguration {
  name: string;
  enabled: boolean;
  url: string;
  /** The key of X-TFE-Notification-Signature (HMAC-SHA512 of the body, in hex); without one nothing is signed. */
  token?: Secret | undefined;
  triggers: readonly string[];
}

const configuration = z
  .object({
    id: resourceId,
    attributes: z.object({
      name: maybeText,
      enabled: maybeFlag,
      'destination-type': maybeText,
      url: maybeText,
      triggers: z.array(z.string()).catch([]),
      'delivery-responses': z
        .array(maybeObject({ successful: z.unknown().optional(), code: z.unknown().optional(), 'sent-at': maybeText }))
        .catch([]),
    }),
  })
  .transform(({ id, attributes: told }): NotificationConfiguration => ({
    id,
    name: told.name ?? '',
    enabled: told.enabled ?? false,
    triggers: told.triggers,
    deliveries: told['delivery-responses'].map(({ successful, code, 'sent-at': sentAt }) =>
      defined({ isSuccessful: toFlag(successful), code: toText(code), sentAt }),
    ),
    ...defined({ destinationType: told['destination-type'], url: told.url }),
  }));

// TFE sends both as text, compatible servers as JSON values.
const toFlag = (told: unknown): boolean | undefined =>
  told === true || told === 'true' ? true : told === false || told === 'false' ? false : undefined;
const toText = (told: unknown): string | undefined =>
  typeof told === 'string' || typeof told === 'number' ? `${told}` : undefined;

const document = (written: Partial<WriteNotificationConfiguration>, id?: string): unknown => ({
  data: {
    type: 'notification-configurations',
    id,
    attributes: {
      'destination-type': id === undefined ? 'generic' : undefined,
      name: written.name,
      enabled: written.enabled,
      url: written.url,
      token: written.token?.reveal(),
      triggers: written.triggers,
    },
  },
});

/**
 * The token needs the admin permission on the workspace, which may have 20 of them.
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations
 */
export const createNotificationConfigurations = (http: TfeHttp) => {
  const one = (id: string): string[] => ['notification-configurations', id];
  return {
    list: (
      workspaceId: string,
      { page, pageSize, ...options }: Paging & CallOptions = {},
    ): Promise<Page<NotificationConfiguration>> =>
      http.document(
        {
          operation: 'list notification configurations',
          path: ['workspaces', workspaceId, 'notification-configurations'],
          query: pagingQuery({ page, pageSize }),
        },
        pageOf(configuration),
        options,
      ),

    read: (id: string, options?: CallOptions): Promise<NotificationConfiguration> =>
      http.document({ operation: 'read notification configuration', path: one(id) }, single(configuration), options),

    /**
     * TFE first verifies an enabled one: `invalid` if its URL does not answer 2xx. A repeated call makes a second one,
     * so look by URL before.
     */
    create: (
      { workspaceId, ...written }: WriteNotificationConfiguration & { workspaceId: string },
      options?: CallOptions,
    ): Promise<NotificationConfiguration> =>
      http.document(
        {
          operation: 'create notification configuration',
          method: 'post',
          path: ['workspaces', workspaceId, 'notification-configurations'],
          document: document(written),
        },
        single(configuration),
        options,
      ),

    /** Changes only the given fields; some servers want the triggers each time. */
    update: (
      id: string,
      written: Partial<WriteNotificationConfiguration>,
      options?: CallOptions,
    ): Promise<NotificationConfiguration> =>
      http.document(
        {
          operation: 'update notification configuration',
          method: 'patch',
          path: one(id),
          document: document(written, id),
        },
        single(configuration),
        options,
      ),

    delete: (id: string, options?: CallOptions): Promise<void> =>
      http.act({ operation: 'delete notification configuration', method: 'delete', path: one(id) }, options),

    /** Has TFE send a verification now. At most 10 a minute. */
    verify: (id: string, options?: CallOptions): Promise<void> =>
      http.act(
        {
          operation: 'verify notification configuration',
          method: 'post',
          path: [...one(id), 'actions', 'verify'],
          countedByTheMinute: true,
        },
        options,
      ),
  };
};
