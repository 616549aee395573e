export interface VariableRecord {
  id: string;
  workspaceId: string;
  key: string;
  value: string;
  description: string | null;
  category: 'terraform' | 'env';
  hcl: boolean;
  sensitive: boolean;
  createdAt: string;
  /** Another one after each change. */
  versionId: string;
}
