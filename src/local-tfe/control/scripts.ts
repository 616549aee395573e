import type { Script } from '../engine/script.ts';

/** Outcomes that tests set for a workspace; each key wins over the same key of `local-tfe.json`. */
export function createScripts() {
  const byWorkspace = new Map<string, Script>();
  return {
    set: (workspaceId: string, script: Script): void => void byWorkspace.set(workspaceId, script),
    clear: (workspaceId: string): void => void byWorkspace.delete(workspaceId),
    merge: (workspaceId: string, own: Script): Script => ({ ...own, ...byWorkspace.get(workspaceId) }),
  };
}

export type Scripts = ReturnType<typeof createScripts>;
