import type { Reach } from './reach.ts';

export interface TeamRecord {
  id: string;
  organization: string;
  name: string;
  visibility: 'secret' | 'organization';
  /** What clients set and read back; it means nothing here. */
  settings?: { 'allow-member-token-management'?: boolean; 'sso-team-id'?: string | null };
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
  level: 'read' | 'plan' | 'write' | 'admin' | 'custom';
  reach: Reach;
}
