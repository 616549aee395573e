import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { document, eventually, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

interface Received {
  signature: string | undefined;
  body: string;
}

describe('notifications', () => {
  let tfe: Tfe;
  let workspaceId: string;
  let server: Server;
  let received: Received[];
  let status: number;
  let faults: unknown[];
  let url: string;
  /** Happens while the destination has the delivery. */
  let meanwhile: () => Promise<unknown>;

  beforeEach(async () => {
    received = [];
    status = 200;
    meanwhile = async () => undefined;
    server = createServer((request, response) => {
      void request.toArray().then(async (chunks) => {
        const signature = request.headers['x-tfe-notification-signature'];
        received.push({
          signature: signature as string | undefined,
          body: Buffer.concat(chunks as Buffer[]).toString(),
        });
        await meanwhile();
        response.writeHead(status).end('seen');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    faults = [];
    tfe = await startTfe({ deliveries: 'loopback', onError: (error) => faults.push(error) });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterEach(async () => {
    await tfe.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const create = (attributes: Record<string, unknown> = {}) =>
    tfe.api(
      'POST',
      `/workspaces/${workspaceId}/notification-configurations`,
      document('notification-configurations', {
        name: 'hook',
        'destination-type': 'generic',
        enabled: true,
        url,
        token: 'key',
        triggers: ['run:created', 'run:needs_attention', 'run:completed', 'run:errored'],
        ...attributes,
      }),
    );
  const change = (id: string, attributes: Record<string, unknown>) =>
    tfe.api('PATCH', `/notification-configurations/${id}`, document('notification-configurations', attributes));
  const triggers = (): string[] => received.map(({ body }) => JSON.parse(body).notifications[0].trigger as string);

  it('are verified, signed over the raw body, and sent in order for what the run goes through', async () => {
    const made = await create();
    expect(made.status).toBe(201);
    expect(made.body.data.attributes).toMatchObject({
      token: null,
      'delivery-responses': [{ code: '200', successful: 'true' }],
    });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      payload_version: 1,
      run_id: null,
      notifications: [{ trigger: 'verification', run_status: null }],
    });

    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO));
    await tfe.confirmable(runId);
    await tfe.api('POST', `/runs/${runId}/actions/apply`);
    await tfe.reaches(runId, 'applied');

    await eventually('the last delivery', async () => (triggers().includes('run:completed') ? true : undefined));
    expect(triggers()).toEqual(['verification', 'run:created', 'run:needs_attention', 'run:completed']);
    for (const { body, signature } of received) {
      expect(signature).toBe(createHmac('sha512', 'key').update(body).digest('hex'));
    }
    expect(JSON.parse(received[2]?.body ?? '')).toMatchObject({
      run_id: runId,
      workspace_name: 'network',
      notifications: [{ run_status: 'planned' }],
    });
  });

  it('say errored of a discarded run, and nothing of a speculative one', async () => {
    await create();
    const aside = await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO), { 'plan-only': true });
    await tfe.reaches(aside, 'planned_and_finished');
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO));
    await tfe.confirmable(runId);
    await tfe.api('POST', `/runs/${runId}/actions/discard`);

    await eventually('the last delivery', async () => (triggers().includes('run:errored') ? true : undefined));
    expect(received.filter(({ body }) => body.includes(aside))).toEqual([]);
  });

  it('are refused with 400 when the destination does not answer the verification', async () => {
    status = 500;
    expect((await create()).status).toBe(400);
    expect((await tfe.api('GET', `/workspaces/${workspaceId}/notification-configurations`)).body.data).toEqual([]);

    const disabled = await create({ enabled: false });
    expect(disabled.status).toBe(201);
    const one = `/notification-configurations/${disabled.body.data.id}`;
    expect((await tfe.api('POST', `${one}/actions/verify`)).status).toBe(400);
    status = 200;
    expect((await tfe.api('POST', `${one}/actions/verify`)).status).toBe(200);
    expect(
      (await tfe.api('PATCH', one, document('notification-configurations', { enabled: true }))).body.data.attributes
        .enabled,
    ).toBe(true);
    expect((await tfe.api('DELETE', one)).status).toBe(204);
  });

  it.each([
    ['an answer that is none', (): string => url, 'The destination answered the verification with 500.'],
    ['no answer', (): string => 'http://127.0.0.1:1/', 'could not be reached with the verification: '],
  ])('are refused with the reason, for %s', async (_what, destination, reason) => {
    status = 500;

    const refused = await create({ url: destination() });

    expect(refused.body.errors[0].detail).toContain(reason);
    expect(refused.body.errors[0].detail).not.toContain('fetch failed');
  });

  it.each([
    ['slack', { text: expect.stringContaining('acme/network: Run Created') as unknown }],
    ['microsoft-teams', { type: 'message', attachments: [expect.objectContaining({ content: expect.anything() })] }],
  ])('to %s have its form, and no signature', async (type, form) => {
    await create({ 'destination-type': type });

    await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO));

    const sent = await eventually('the delivery', async () => received[1]);
    expect(JSON.parse(sent.body)).toMatchObject(form);
    expect(sent.body).toContain('Run Created');
    expect(sent.signature).toBeUndefined();
  });

  // A name of anybody's, which begins as an address of this machine does.
  it.each(['http://127.0.0.1.evil.example/x', 'http://127.evil.example/x', 'http://localhost.evil.example/x'])(
    'to %s are to another host',
    async (url) => {
      await create({ url });

      expect(tfe.journal.entries({ kind: 'delivery' }).at(-1)).toMatchObject({ detail: { code: '200', sent: false } });
    },
  );

  it('to other hosts are written down as answered, not sent', async () => {
    const made = await create({ url: 'https://hooks.example.com/x', 'destination-type': 'slack' });

    expect(made.status).toBe(201);
    expect(tfe.journal.entries({ kind: 'delivery' })[0]).toMatchObject({ detail: { code: '200', sent: false } });
  });

  it.each<[string, (id: string) => Promise<Reply>]>([
    ['created', () => create()],
    ['changed', (id) => change(id, { enabled: true })],
    ['verified', (id) => tfe.api('POST', `/notification-configurations/${id}/actions/verify`)],
  ])('are not found when the workspace is deleted while one is %s', async (_what, ask) => {
    const { id } = (await create({ enabled: false })).body.data;
    meanwhile = () => tfe.api('DELETE', `/workspaces/${workspaceId}`);

    expect((await ask(id)).status).toBe(404);
    expect(tfe.services.store.notificationConfigurations.select()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('keep the users whom an e-mail goes to', async () => {
    const people = (...ids: string[]) => ({ users: { data: ids.map((id) => ({ type: 'users', id })) } });
    const mail = { name: 'mail', 'destination-type': 'email', enabled: false };
    const made = await tfe.api(
      'POST',
      `/workspaces/${workspaceId}/notification-configurations`,
      document('notification-configurations', mail, people('user-1', 'user-2')),
    );
    const { id, relationships } = made.body.data;
    expect(relationships.users.data.map((user: { id: string }) => user.id)).toEqual(['user-1', 'user-2']);

    const changed = await tfe.api(
      'PATCH',
      `/notification-configurations/${id}`,
      document('notification-configurations', {}, people('user-2')),
    );
    expect(changed.body.data.relationships).toMatchObject(people('user-2'));
    // As TFE does: a PATCH says all of them, or means none.
    expect((await change(id, { name: 'post' })).body.data.relationships).toMatchObject(people());
  });
});
