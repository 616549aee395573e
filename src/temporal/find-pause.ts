import { RequestNotFoundError } from '@runwright/client';
import { type PauseInput, type PauseScope, pauseWorkflowIdOf } from '@runwright/client/contract';
import type { TemporalAccess } from '@runwright/client/temporal';

/** A pause that holds applies. */
export interface FoundPause {
  by: string;
  reason?: string;
  scope: PauseScope['kind'];
}

/**
 * Whether applies in this workspace are held, and by whom. Reads the workflow ids, never visibility, which lags behind.
 */
export async function findPauseIn(
  where: { organization: string; workspace: string },
  { temporal, installation }: { temporal: TemporalAccess; installation: string },
): Promise<FoundPause | undefined> {
  const scopes: PauseScope[] = [{ kind: 'installation' }, { kind: 'workspace', ...where }];
  const found = await Promise.all(scopes.map((scope) => pauseOf(scope, temporal, installation)));
  return found.find((pause) => pause !== undefined);
}

async function pauseOf(
  scope: PauseScope,
  temporal: TemporalAccess,
  installation: string,
): Promise<FoundPause | undefined> {
  const handle = temporal.client.workflow.getHandle(pauseWorkflowIdOf(installation, scope));
  try {
    const described = await temporal.call(() => handle.describe());
    if (described.status.name !== 'RUNNING') return undefined;
    const memo = described.memo as Partial<PauseInput> | undefined;
    return { by: memo?.by ?? 'somebody', ...(memo?.reason && { reason: memo.reason }), scope: scope.kind };
  } catch (error) {
    if (error instanceof RequestNotFoundError) return undefined;
    throw error;
  }
}
