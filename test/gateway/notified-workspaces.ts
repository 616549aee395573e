import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderStore } from '@runwright/client/archive';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { NotificationConfiguration } from '../../src/tfe/resources/notification-configurations.ts';
import { Secret } from '../../src/tfe/http/secret.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { ONE_RESOURCE, type Orchestrator } from '../support/orchestrator.ts';
import { packFiles } from '../support/pack-files.ts';
import { waitUntil } from '../support/wait-until.ts';
import { NOTIFICATION_KEY, type GatewayForTests } from './gateway-driver.ts';

const TRIGGERS = ['run:created', 'run:planning', 'run:needs_attention', 'run:applying', 'run:completed', 'run:errored'];
// Polls are an hour apart. A look may still come by itself, when an attempt is repeated: the tests tell the two apart.
const NEVER_MS = 3_600_000;
const ONLY_NUDGED = { pollMinMs: NEVER_MS, pollWorkingMaxMs: NEVER_MS, pollPeopleMaxMs: NEVER_MS };

/** What the owner of a workspace does in TFE, so that its runs are told to the gateway. */
export function notifiedWorkspaces(its: Orchestrator, gateway: GatewayForTests) {
  const { address, token } = its.tfe;
  const tfe = createTfeClient({ address, token: () => token });
  closeAfterTests(() => tfe.close());
  const archives = mkdtempSync(join(tmpdir(), 'runwright-notified-'));
  closeAfterTests(() => rmSync(archives, { recursive: true, force: true }));
  const store = createFolderStore(archives);

  const notifyGateway = (workspaceId: string, key = NOTIFICATION_KEY): Promise<NotificationConfiguration> =>
    tfe.notificationConfigurations.create({
      workspaceId,
      name: 'runwright',
      enabled: true,
      url: `${gateway.address}/v1/notifications/tfe`,
      token: new Secret(key),
      triggers: TRIGGERS,
    });

  // Whether an upload was processed is polled, and no notification tells it: here it is done before.
  async function uploaded(workspaceId: string): Promise<string> {
    const { id, uploadUrl } = await tfe.configurationVersions.create({ workspaceId, autoQueueRuns: false });
    await tfe.configurationVersions.upload(uploadUrl, await store.open(await packFiles(store, ONE_RESOURCE)));
    const isProcessed = async () => (await tfe.configurationVersions.read(id)).status === 'uploaded';
    await waitUntil('the configuration to be processed', isProcessed);
    return id;
  }

  return {
    notifyGateway,
    /** A run that waits for approval, of a request that learns of its run by notifications alone. */
    async waitingRun(): Promise<{ workflowId: string; runId: string }> {
      const where = await its.workspace();
      await notifyGateway(where.id);
      const configuration = { kind: 'configuration-version', id: await uploaded(where.id) } as const;
      const request = await its.request({ in: where, configuration, timing: ONLY_NUDGED });
      const { workflowId } = await its.client.start(request);
      const isWaiting = ({ phase }: { phase: string }) => phase === 'awaiting-confirmation';
      const { runId } = await its.until(workflowId, 'the run to wait for approval', isWaiting);
      return { workflowId, runId: runId! };
    },
  };
}
