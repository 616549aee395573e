import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { TfeClient } from '../../src/tfe/client.ts';
import { Secret } from '../../src/tfe/http/secret.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { localTfeForTests, makeWorkspace } from '../support/local-tfe.ts';
import { errorOf, replayed } from './client-for-tests.ts';
import { startReplayServer } from './replay-server.ts';
import type { ReplayServer } from './replay-server.ts';

const KEY = 'planted-hmac-key';
const TRIGGERS = ['run:needs_attention', 'run:completed'];

let tfe: TfeClient;
let server: LocalTfe;
let destination: ReplayServer;
let workspaceId: string;

beforeAll(async () => {
  server = await localTfeForTests();
  tfe = createTfeClient({ address: server.address, token: () => server.token });
  closeAfterTests(() => tfe.close());
  destination = await startReplayServer();
  closeAfterTests(() => destination.close());
  workspaceId = (await makeWorkspace(server, { workspace: 'notified' })).id;
});

describe('a notification configuration', () => {
  it('is made, verified with its key, listed, changed and deleted', async () => {
    destination.reply({ status: 200 }, { status: 200 });
    const url = `${destination.address}/hook`;

    const made = await tfe.notificationConfigurations.create({
      workspaceId,
      name: 'runwright',
      enabled: true,
      url,
      token: new Secret(KEY),
      triggers: TRIGGERS,
    });
    await tfe.notificationConfigurations.verify(made.id);
    const listed = await tfe.notificationConfigurations.list(workspaceId);
    const changed = await tfe.notificationConfigurations.update(made.id, { enabled: false, triggers: TRIGGERS });

    expect(made).toMatchObject({
      name: 'runwright',
      enabled: true,
      url,
      triggers: TRIGGERS,
      destinationType: 'generic',
    });
    expect(made.deliveries[0]).toMatchObject({ isSuccessful: true, code: '200' });
    expect(listed.items.map(({ id }) => id)).toEqual([made.id]);
    expect(changed).toMatchObject({ id: made.id, name: 'runwright', enabled: false });
    const [verification] = destination.requests;
    expect(verification?.headers['x-tfe-notification-signature']).toBe(
      createHmac('sha512', KEY)
        .update(verification?.body ?? '')
        .digest('hex'),
    );
    expect(inspect([made, listed, changed], { depth: 9 })).not.toContain(KEY);

    await tfe.notificationConfigurations.delete(made.id);

    expect(await errorOf(tfe.notificationConfigurations.read(made.id))).toMatchObject({ kind: 'not-found' });
  });

  it('is refused where its destination does not answer the verification', async () => {
    destination.reply({ status: 500 });

    const refused = tfe.notificationConfigurations.create({
      workspaceId,
      name: 'broken',
      enabled: true,
      url: destination.address,
      triggers: TRIGGERS,
    });

    expect(await errorOf(refused)).toMatchObject({ kind: 'invalid', facts: { status: 400 } });
    await expect(tfe.notificationConfigurations.list(workspaceId)).resolves.toMatchObject({ items: [] });
  });

  it('is read from a server that tells only its name', async () => {
    const other = await replayed();
    other.server.reply({ status: 200, json: { data: { id: 'nc-1', attributes: { name: 'n', triggers: null } } } });

    await expect(other.tfe.notificationConfigurations.read('nc-1')).resolves.toEqual({
      id: 'nc-1',
      name: 'n',
      enabled: false,
      triggers: [],
      deliveries: [],
    });
  });
});
