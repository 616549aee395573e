export interface OrganizationRecord {
  /** The name: TFE's organizations are addressed by it. */
  id: string;
  externalId: string;
  email: string;
  createdAt: string;
  attributes: Record<string, unknown>;
}

export interface MembershipRecord {
  id: string;
  organization: string;
  userId: string;
  status: 'invited' | 'active';
  createdAt: string;
}
