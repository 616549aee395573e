import { createHash } from 'node:crypto';
import { newId } from '../ids.ts';
import type { TokenRecord, UserRecord } from './user-records.ts';
import type { Store } from '../store/store.ts';

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

export function ensureUser(store: Store, username: string): UserRecord {
  return (
    store.users.first({ name: username }) ??
    store.users.insert({ id: newId('user'), username, email: `${username}@local-tfe.invalid` })
  );
}

/** Makes the token valid for a user; a token that is known keeps its user and gets the new access. */
export function grantToken(
  store: Store,
  token: string,
  grant: { username: string } & Omit<TokenRecord, 'id' | 'userId'>,
): UserRecord {
  return store.transaction(() => {
    const user = ensureUser(store, grant.username);
    const { access, teamId, shownAs } = grant;
    const record = { id: hashToken(token), userId: user.id, access, teamId, shownAs };
    if (store.tokens.get(record.id)) store.tokens.update(record.id, record);
    else store.tokens.insert(record);
    return user;
  });
}
