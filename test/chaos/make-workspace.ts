import { setTimeout as pause } from 'node:timers/promises';
import { ensureWorkspace, type TfeAccess } from '../../src/stack/first-workspace.ts';

const TRIES = 20;
const TRY_AGAIN_MS = 500;

/** The rate limit of TFE holds for the preparation too, and a fault may strike it. */
export async function makeWorkspace(
  tfe: TfeAccess,
  where: { readonly organization: string; readonly workspace: string },
): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await ensureWorkspace(tfe, where);
    } catch (error) {
      if (left === 0) throw error;
      await pause(TRY_AGAIN_MS);
    }
  }
}
