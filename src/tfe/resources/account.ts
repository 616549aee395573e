import { z } from 'zod';
import { defined, maybeFlag, maybeText, resourceId, single } from '../http/json-api.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

export interface User {
  id: string;
  username: string;
  /** Only of the token's own account. */
  email?: string;
  isServiceAccount?: boolean;
}

const userDocument = single(
  z.object({
    id: resourceId,
    attributes: z.object({ username: z.string(), email: maybeText, 'is-service-account': maybeFlag }),
  }),
).transform(({ id, attributes: told }): User => ({
  id,
  username: told.username,
  ...defined({ email: told.email, isServiceAccount: told['is-service-account'] }),
}));

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/account */
export const createAccount = (http: TfeHttp) => ({
  /** The token's user. Team and organization tokens have a made-up user, or none (`not-found`). */
  details: (options?: CallOptions): Promise<User> =>
    http.document({ operation: 'read account', path: ['account', 'details'] }, userDocument, options),
});

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/users */
export const createUsers = (http: TfeHttp) => ({
  /** Gives the names of users whom runs mention by id. */
  read: (userId: string, options?: CallOptions): Promise<User> =>
    http.document({ operation: 'read user', path: ['users', userId] }, userDocument, options),
});
