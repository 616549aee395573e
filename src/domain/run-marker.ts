/** The token at the end of a run's message. By it we recognize which request made the run (docs/adr/0001, 0011). */
export interface RunMarker {
  installation: string;
  /**
   * Of the Temporal namespace, made by its server: the same installation name may be given to two namespaces by
   * mistake.
   */
  namespaceId: string;
  workflowId: string;
  firstExecutionRunId: string;
  /** Counts the plans of the request, from 1; never attempts. */
  plan: number;
}

// Only at the very end of the message, because people's text before it may look like a marker. Only blanks separate the
// parts: a workflow id may hold brackets (an IPv6 host: runwright/[::1]:8090/…).
const MARKER = /\[runwright (\S+) (\S+) (runwright\/\S+) ([0-9a-f-]{36}) #([1-9][0-9]{0,8})\]\s*$/;

export function writeMarker({ installation, namespaceId, workflowId, firstExecutionRunId, plan }: RunMarker): string {
  return `[runwright ${installation} ${namespaceId} ${workflowId} ${firstExecutionRunId} #${plan}]`;
}

/** The message of a run: what the caller said, then the marker. */
export const markedMessage = (message: string, marker: RunMarker): string =>
  `${message} ${writeMarker(marker)}`.trimStart();

/** The marker of a run's message, or undefined. Total. */
export function readMarker(message: string | undefined): RunMarker | undefined {
  const match = MARKER.exec(message ?? '');
  if (!match) return undefined;
  const [, installation, namespaceId, workflowId, firstExecutionRunId, plan] = match;
  return {
    installation: installation!,
    namespaceId: namespaceId!,
    workflowId: workflowId!,
    firstExecutionRunId: firstExecutionRunId!,
    plan: Number(plan),
  };
}

export const carriesMarker = (message: string | undefined, marker: RunMarker): boolean => {
  const found = readMarker(message);
  return found !== undefined && writeMarker(found) === writeMarker(marker);
};

/**
 * Which life of the request with that workflow id made the run: its own, or an earlier one that Temporal has forgotten
 * (terminated and deleted, or newer than a restored backup). Undefined: another request made it, or none.
 */
export function lifeOf(message: string | undefined, own: Omit<RunMarker, 'plan'>): 'own' | 'earlier' | undefined {
  const found = readMarker(message);
  if (whoseRun(found, own) !== 'ours' || found?.workflowId !== own.workflowId) return undefined;
  return found.firstExecutionRunId === own.firstExecutionRunId ? 'own' : 'earlier';
}

/**
 * Whose run carries the marker. An installation knows which workflow looks after a run only within its own namespace.
 */
export function whoseRun(
  marker: RunMarker | undefined,
  { installation, namespaceId }: Pick<RunMarker, 'installation' | 'namespaceId'>,
): 'ours' | 'of-another-namespace' | 'not-ours' {
  if (marker?.installation !== installation) return 'not-ours';
  return marker.namespaceId === namespaceId ? 'ours' : 'of-another-namespace';
}
