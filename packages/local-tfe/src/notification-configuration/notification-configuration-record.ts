export interface DeliveryResponse {
  url: string;
  body: string;
  code: string;
  headers: Record<string, string[]>;
  'sent-at': string;
  successful: string;
}

export interface NotificationConfigurationRecord {
  id: string;
  workspaceId: string;
  name: string;
  destinationType: 'generic' | 'slack' | 'microsoft-teams' | 'email';
  enabled: boolean;
  /** The HMAC key: never told. */
  token: string | null;
  url: string | null;
  triggers: string[];
  emailAddresses: string[];
  /** Of users who get e-mail too; missing in stores of before. */
  userIds?: string[];
  createdAt: string;
  updatedAt: string;
  deliveryResponses: DeliveryResponse[];
}
