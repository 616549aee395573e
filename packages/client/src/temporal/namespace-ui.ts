import type { TemporalAccess } from './temporal-access.ts';

// In the namespace's own data: every user of the namespace may read it, and its administrators write it.
const DATA_KEY = 'runwright.temporalUi';
// Nobody waits long for a link.
const LINK_DEADLINE_MS = 2_000;

/** What became of the address that `setup` was given. */
export interface UiReport {
  address: string;
  state: 'stored' | 'present' | 'refused';
  /** In the server's words, where it refused. */
  why?: string;
}

/** The address of the Temporal UI as the namespace gives it; undefined if it has none, or no valid address. */
export async function readNamespaceUi(temporal: TemporalAccess): Promise<string | undefined> {
  try {
    const { namespace } = temporal;
    const describe = () => temporal.workflowService.describeNamespace({ namespace });
    const { namespaceInfo } = await temporal.call(describe, { deadlineMs: LINK_DEADLINE_MS });
    const told = namespaceInfo?.data?.[DATA_KEY];
    return /^https?:$/.test(URL.parse(told ?? '')?.protocol ?? '') ? (told ?? undefined) : undefined;
  } catch {
    return undefined; // no command fails for a link
  }
}

/** Keeps the address in the namespace, for everybody's links. A refusal of the server is reported, never thrown. */
export async function storeNamespaceUi(temporal: TemporalAccess, address: string): Promise<UiReport> {
  if ((await readNamespaceUi(temporal)) === address) return { address, state: 'present' };
  const { namespace } = temporal;
  try {
    await temporal.call(() =>
      temporal.workflowService.updateNamespace({ namespace, updateInfo: { data: { [DATA_KEY]: address } } }),
    );
    return { address, state: 'stored' };
  } catch (error) {
    return { address, state: 'refused', why: error instanceof Error ? error.message : String(error) };
  }
}
