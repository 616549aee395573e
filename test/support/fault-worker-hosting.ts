import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createFolderStore } from '@runwright/client/archive';
import { readNamespace, TemporalAccess } from '@runwright/client/temporal';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { Hosting } from '../../src/worker/hosting.ts';
import { wireActivities } from '../../src/worker/wiring.ts';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

/**
 * What a worker process of the fault tests hosts, from the settings that its lane gives it: all as `runwright worker`
 * has it, but for HTTP timeouts that do not make a silent TFE cost 20 s a request, and the workflow bundle that the
 * tests have made already.
 */
export async function openFaultHosting(): Promise<{ hosting: Required<Hosting>; close: () => Promise<void> }> {
  const [tfeAddress, tfeToken] = [setting('TFE_ADDRESS'), setting('TFE_TOKEN')];
  const installation = setting('RUNWRIGHT_INSTALLATION');
  const timeoutMs = Number(setting('RUNWRIGHT_TEST_HTTP_TIMEOUT_MS'));
  const timeoutsMs = { readMs: timeoutMs, writeMs: timeoutMs, uploadMs: timeoutMs, uploadStallMs: timeoutMs };
  const connection = await NativeConnection.connect({ address: setting('TEMPORAL_ADDRESS') });
  const tfe = createTfeClient({ address: tfeAddress, token: () => tfeToken, timeoutsMs });
  const temporal = new TemporalAccess(new Client({ connection }));
  const activities = wireActivities({
    tfe,
    archives: createFolderStore(setting('RUNWRIGHT_ARCHIVE_DIR')),
    token: () => tfeToken,
    temporal,
    installation,
    namespaceId: (await readNamespace(temporal)).id,
    tfeAddress,
    allowsShortTimes: true,
  });
  const workflows = { workflowBundle: { codePath: setting('RUNWRIGHT_TEST_WORKFLOW_BUNDLE') } };
  return {
    hosting: { connection, namespace: 'default', installation, workflows, activities, allowsShortTimes: true },
    close: async () => {
      await tfe.close();
      await connection.close();
    },
  };
}
