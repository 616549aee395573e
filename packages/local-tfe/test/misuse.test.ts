import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { document, eventually, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

const nested = (levels: number): string =>
  `{"data":{"attributes":{"message":${'['.repeat(levels)}${']'.repeat(levels)}}}}`;
const problem = (reply: Reply): unknown => [reply.status, reply.body?.errors?.[0]?.detail];

describe('a client that misbehaves', () => {
  let tfe: Tfe;
  let workspaceId: string;
  let faults: unknown[];

  beforeEach(async () => {
    faults = [];
    tfe = await startTfe({ engine: 'simulated', onError: (error) => faults.push(error) });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterEach(() => tfe.close());

  it.each([
    ['half a document', '{"data":', [400, 'The request body is not JSON.']],
    ['binary garbage', '\u0000\u0001\ufffd', [400, 'The request body is not JSON.']],
    ['a document nested without end', nested(20_000), [400, 'The request body is nested too deeply.']],
    ['brackets that never close', '['.repeat(100_000), [400, 'The request body is not JSON.']],
    [
      'a null character',
      '{"data":{"attributes":{"message":"a\\u0000b"}}}',
      [400, 'The request body holds a null character.'],
    ],
    ['more than a server takes', 'x'.repeat(65 * 1024 * 1024), [413, 'The request body is too large.']],
  ])('that sends %s is told so', async (_what, body, told) => {
    expect(problem(await tfe.api('POST', '/runs', body))).toEqual(told);
    expect(faults).toEqual([]);
  });

  it.each([
    ['an id without end', `/runs/${'x'.repeat(3_000)}`, 404],
    ['an id that climbs', '/runs/..%2f..%2fetc%2fpasswd', 404],
    ['an id of zeros', '/runs/%00', 404],
    ['a path that is none', '/runs/%zz', 400],
  ])('that asks for %s gets a JSON:API error', async (_what, path, status) => {
    const reply = await tfe.api('GET', path);

    expect([reply.status, reply.body.errors[0].status]).toEqual([status, String(status)]);
    expect(faults).toEqual([]);
  });

  // HashiCorp's Python client (pytfe 1.5) sends it with every workspace.
  it('that says an empty object about a repository says nothing', async () => {
    const repository = { identifier: 'acme/network', 'oauth-token-id': 'ot-1' };
    const tell = (method: string, path: string, said: object): Promise<Reply> =>
      tfe.api(method, path, document('workspaces', { name: 'empty', 'vcs-repo': said }));

    const made = await tell('POST', '/organizations/acme/workspaces', {});
    expect([made.status, made.body.data.attributes['vcs-repo']]).toEqual([201, null]);
    await tell('PATCH', '/organizations/acme/workspaces/empty', repository);
    const kept = await tell('PATCH', '/organizations/acme/workspaces/empty', {});
    expect([kept.status, kept.body.data.attributes['vcs-repo']]).toEqual([200, repository]);
    expect((await tell('PATCH', '/organizations/acme/workspaces/empty', { branch: 'main' })).status).toBe(422);
  });

  it('keeps what it says as it says it', async () => {
    const message = `🚀 déploy 日本 \u202e👨‍👩‍👧 ${'x'.repeat(100_000)}`;
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO), { message });

    expect((await tfe.api('GET', `/runs/${runId}`)).body.data.attributes.message).toBe(message);
  });

  describe('on a disk that is full', () => {
    /** SQLite takes no page more than it has, or than it could ever need. */
    const disk = (space: 'full' | 'empty'): void =>
      tfe.services.store.database.exec(`PRAGMA max_page_count = ${space === 'full' ? 1 : 1_000_000_000}`);

    /** Pages that are there have room for a few more events; until none of them takes even a small one. */
    function fillEvents(runId: string): void {
      const small = { action: '', description: null, userId: null, commentId: null, createdAt: '' };
      for (let refused = 0; refused < 50;) {
        try {
          tfe.services.store.runEvents.insert({ ...small, id: randomUUID().slice(0, 8), runId });
          refused = 0;
        } catch {
          refused += 1;
        }
      }
    }

    it('is told so, and served as before when there is space again', async () => {
      disk('full');
      const refused = await eventually('the disk to be full', async () => {
        const reply = await tfe.api('POST', '/organizations/acme/workspaces', document('workspaces', { name: 'more' }));
        if (reply.status === 201) await tfe.api('DELETE', '/organizations/acme/workspaces/more');
        return reply.status === 201 ? undefined : reply;
      });
      expect(problem(refused)).toEqual([500, 'There is no space left on the disk of this server.']);

      disk('empty');

      const made = await tfe.api('POST', '/organizations/acme/workspaces', document('workspaces', { name: 'next' }));
      expect(made.status).toBe(201);
      expect((await tfe.api('GET', `/workspaces/${made.body.data.id}`)).status).toBe(200);
    });

    it('has its run ended as soon as that can be written', async () => {
      const files = { ...HELLO, 'local-tfe.json': JSON.stringify({ plan: { seconds: 1 } }) };
      const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, files));
      await tfe.reaches(runId, 'planning');
      disk('full');
      fillEvents(runId);
      await eventually('the engine to notice', async () => (faults.length > 0 ? true : undefined));
      expect(tfe.services.store.runs.get(runId)?.status).toBe('planning');

      disk('empty');

      await tfe.reaches(runId, 'errored');
      expect((await tfe.api('GET', `/workspaces/${workspaceId}`)).body.data.attributes.locked).toBe(false);
    });
  });
});
