import { createHash } from 'node:crypto';
import { NamespaceNotFoundError } from '../errors.ts';
import type { TemporalAccess } from './temporal-access.ts';

const INSTALLATION_CHARACTERS = 8;

/** One Temporal namespace driving one TFE host: the first 8 hex characters of a sha256 over both (decision D10). */
export function installationIdOf({ namespaceId, tfeHost }: { namespaceId: string; tfeHost: string }): string {
  return createHash('sha256').update(`${namespaceId}\n${tfeHost}`).digest('hex').slice(0, INSTALLATION_CHARACTERS);
}

export { tfeHostOf } from '../contract/names.ts';

export interface NamespaceFacts {
  id: string;
  name: string;
  /** How long Temporal remembers a closed workflow, and so a key. Absent where the server does not say. */
  retentionDays?: number;
}

/** Rejects with NamespaceNotFoundError or TemporalUnreachableError. */
export async function readNamespace(temporal: TemporalAccess): Promise<NamespaceFacts> {
  const { namespace } = temporal;
  const answer = await temporal.call(() => temporal.workflowService.describeNamespace({ namespace }));
  const id = answer.namespaceInfo?.id;
  if (!id) throw new NamespaceNotFoundError(namespace);
  const seconds = answer.config?.workflowExecutionRetentionTtl?.seconds;
  return { id, name: namespace, ...(seconds && { retentionDays: Number(seconds.toString()) / 86_400 }) };
}
