export interface ProjectRecord {
  id: string;
  organization: string;
  name: string;
  description: string | null;
  createdAt: string;
  /** What else a client may set, in TFE's spelling; missing in stores of before. */
  attributes?: Record<string, unknown>;
  /** Tags with values, which its workspaces inherit; missing in stores of before. */
  tagBindings?: Record<string, string>;
}
