import type { Script } from '../engine/script.ts';
import type { Store } from '../store/store.ts';

/** Outcomes that tests set for a workspace; each key wins over the same key of `local-tfe.json`. They outlive a restart. */
export function createScripts({ scripts }: Pick<Store, 'scripts'>) {
  return {
    set(workspaceId: string, script: Script): void {
      scripts.delete(workspaceId);
      scripts.insert({ id: workspaceId, script });
    },
    clear: (workspaceId: string): void => scripts.delete(workspaceId),
    merge: (workspaceId: string, own: Script): Script => ({ ...own, ...scripts.get(workspaceId)?.script }),
  };
}

export type Scripts = ReturnType<typeof createScripts>;
