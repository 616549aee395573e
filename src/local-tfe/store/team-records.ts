import type { Access } from './records.ts';

export interface TeamRecord {
  id: string;
  organization: string;
  name: string;
  visibility: 'secret' | 'organization';
  /** Organization-wide permissions; the others that clients send are kept and mean nothing here. */
  manageWorkspaces: boolean;
  readWorkspaces: boolean;
  organizationAccess: Record<string, unknown>;
}

/** What a team may in one workspace. */
export interface TeamAccessRecord {
  id: string;
  teamId: string;
  workspaceId: string;
  /** As the client said it: `read`, `plan`, `write`, `admin` or `custom`. */
  level: string;
  /** Of `custom`: `read`, `plan` or `apply`. */
  runs: string;
  access: Access;
}
