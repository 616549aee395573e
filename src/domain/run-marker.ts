/** The token at the end of a run's message by which the run is recognized as a request's (design D2). */
export interface RunMarker {
  installation: string;
  workflowId: string;
  firstExecutionRunId: string;
  /** Counts the plans of the request, from 1; never attempts. */
  plan: number;
}

// At the very end of the message and nowhere else: what people write before it may look like a marker.
// The parts are told apart by blanks alone: a workflow id may hold brackets (an IPv6 host: runwright/[::1]:8090/…).
const MARKER = /\[runwright (\S+) (runwright\/\S+) ([0-9a-f-]{36}) #([1-9][0-9]{0,8})\]\s*$/;

export function writeMarker({ installation, workflowId, firstExecutionRunId, plan }: RunMarker): string {
  return `[runwright ${installation} ${workflowId} ${firstExecutionRunId} #${plan}]`;
}

/** The message of a run: what the caller said, then the marker. */
export const markedMessage = (message: string, marker: RunMarker): string =>
  `${message} ${writeMarker(marker)}`.trimStart();

/** The marker of a run's message, or undefined. Total. */
export function readMarker(message: string | undefined): RunMarker | undefined {
  const match = MARKER.exec(message ?? '');
  if (!match) return undefined;
  const [, installation, workflowId, firstExecutionRunId, plan] = match;
  return {
    installation: installation!,
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
 * Whose life a marker tells of, for the request with that workflow id: its own, or an earlier one that Temporal has
 * forgotten (terminated and deleted, or newer than a restored backup). Undefined: another request's, or nobody's.
 */
export function lifeOf(
  message: string | undefined,
  own: Pick<RunMarker, 'installation' | 'workflowId' | 'firstExecutionRunId'>,
): 'own' | 'earlier' | undefined {
  const found = readMarker(message);
  if (found?.installation !== own.installation || found.workflowId !== own.workflowId) return undefined;
  return found.firstExecutionRunId === own.firstExecutionRunId ? 'own' : 'earlier';
}
