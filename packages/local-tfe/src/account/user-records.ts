/** What a token may do in every organization of this server; TFE grants the same through teams. */
export type Access = 'admin' | 'apply' | 'plan' | 'read' | 'none';

export interface UserRecord {
  id: string;
  username: string;
  email: string;
}

/** `id` is the SHA-256 of the token: the token itself is not kept. */
export interface TokenRecord {
  id: string;
  userId: string;
  access: Access;
  /** Of a team's token: the team's access counts. */
  teamId?: string | undefined;
  /** As what it is shown to those who may not see the token itself. */
  shownAs?: { id: string; createdAt: string } | undefined;
}
