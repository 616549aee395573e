/**
 * The most that one request may have altogether, as JSON. It crosses the history some six times, with what is found out
 * about the run, and Temporal ends a workflow that records more than 2 MB at once.
 */
const MAX_REQUEST_BYTES = 262_144;

interface Sized {
  run: { variables?: unknown; targets?: unknown; replace?: unknown; invokeActions?: unknown; policyPaths?: unknown };
  configuration: { kind: string; archive?: { terraformFiles?: unknown } };
}

/** If the request is too large: its largest part, and what is wrong. Undefined if it is not. */
export function faultOfSize(request: Sized): { path: string[]; message: string } | undefined {
  const bytes = bytesOf(request);
  if (bytes <= MAX_REQUEST_BYTES) return undefined;
  const { path, bytes: most } = partsOf(request).reduce((largest, part) =>
    part.bytes > largest.bytes ? part : largest,
  );
  return {
    path,
    message: `the request has ${bytes} bytes as JSON, ${most} of them here: ${MAX_REQUEST_BYTES} are possible`,
  };
}

function partsOf({ run, configuration }: Sized): { path: string[]; bytes: number }[] {
  const lists = ['variables', 'targets', 'replace', 'invokeActions', 'policyPaths'] as const;
  return [
    ...lists.map((name) => ({ path: ['run', name], bytes: bytesOf(run[name]) })),
    { path: ['configuration', 'archive', 'terraformFiles'], bytes: bytesOf(configuration.archive?.terraformFiles) },
  ];
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value) ?? '').length;
