import type { SshKeyRecord } from './ssh-key-record.ts';
import type { Store } from '../store/store.ts';

/** Deletes a key; the workspaces that it was assigned to have none then. */
export function removeSshKey({ store }: { store: Store }, key: SshKeyRecord): void {
  store.transaction(() => {
    const assigned = { scope: key.organization, conditions: [{ sql: "body->>'$.sshKeyId' = ?", values: [key.id] }] };
    for (const { id } of store.workspaces.select(assigned)) store.workspaces.update(id, { sshKeyId: null });
    store.sshKeys.delete(key.id);
  });
}
