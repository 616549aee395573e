/** The page of a workflow in the Temporal UI. The id holds slashes, so it is encoded as one part of the path. */
export function temporalPageOf(ui: string, namespace: string, workflowId: string): string {
  const base = ui.endsWith('/') ? ui.slice(0, -1) : ui;
  return `${base}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}

/**
 * Where the UI is when nobody said: the dev server serves it on its own port plus 1000; a server on the default port is
 * assumed to have it where the UI's own default is.
 */
export function defaultTemporalUi(temporalAddress: string): string {
  const match = /^(.*):(\d+)$/.exec(temporalAddress);
  const host = match?.[1] || 'localhost';
  return `http://${host}:${match === null ? 8233 : Number(match[2]) + 1_000}`;
}
