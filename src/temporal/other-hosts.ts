import { requestAddressOf, WORKFLOW_TYPE } from '@runwright/client/contract';
import type { TemporalAccess } from '@runwright/client/temporal';

// The newest requests are enough to show the TFE hosts of this namespace's other clients.
const LOOKED_AT = 200;

/** The TFE hosts, except `ours`, of the newest open requests in this namespace, as their workflow ids say. */
export async function otherHosts(temporal: TemporalAccess, ours: string): Promise<string[]> {
  const query = `WorkflowType = '${WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`;
  const hosts = new Set<string>();
  await temporal.call(async () => {
    let seen = 0;
    for await (const { workflowId } of temporal.client.workflow.list({ query, pageSize: LOOKED_AT })) {
      const host = requestAddressOf(workflowId)?.tfeHost;
      if (host !== undefined && host !== ours) hosts.add(host);
      if ((seen += 1) >= LOOKED_AT) return;
    }
  });
  return [...hosts].sort();
}
