/** The key itself is not kept: nothing here clones from a Git server, and TFE never tells it again either. */
export interface SshKeyRecord {
  id: string;
  organization: string;
  name: string;
}
