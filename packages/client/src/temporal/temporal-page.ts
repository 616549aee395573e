/** The page of a workflow in the Temporal UI. The id holds slashes, so it is encoded as one part of the path. */
export function temporalPageOf(ui: string, namespace: string, workflowId: string): string {
  const base = ui.endsWith('/') ? ui.slice(0, -1) : ui;
  return `${base}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}

const CLOUD = /\.(tmprl\.cloud|api\.temporal\.io)(:\d+)?$/;

/**
 * The UI of this server if no address was given: Temporal Cloud has one for all. Any other server's UI may be anywhere,
 * and a link that leads nowhere is worse than none.
 */
export const knownTemporalUi = (temporalAddress: string): string | undefined =>
  CLOUD.test(temporalAddress) ? 'https://cloud.temporal.io' : undefined;
