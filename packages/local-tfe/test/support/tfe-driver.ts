import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { startLocalTfe } from '../../src/server.ts';
import type { LocalTfe, LocalTfeOptions } from '../../src/server.ts';

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // The tests read answers as a client without types would.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface Tfe extends LocalTfe {
  /** One request with the administrator's token; `body` is sent as JSON:API. */
  api(method: string, path: string, body?: unknown, options?: { token?: string; type?: string }): Promise<Reply>;
  control(method: string, path: string, body?: unknown): Promise<Reply>;
  organization(name?: string): Promise<string>;
  workspace(name?: string, attributes?: Record<string, unknown>): Promise<string>;
  /** Creates, uploads and waits until TFE has processed it; the id. */
  configuration(workspaceId: string, files: Files, attributes?: Record<string, unknown>): Promise<string>;
  run(workspaceId: string, configurationId: string, attributes?: Record<string, unknown>): Promise<string>;
  /** Waits for a status; fails with the last one after 20 s. */
  reaches(runId: string, ...statuses: string[]): Promise<Reply>;
  confirmable(runId: string): Promise<Reply>;
  log(path: string): Promise<string>;
}

export type Files = Record<string, string>;

/** Built into terraform: needs no provider. */
export const HELLO: Files = {
  'main.tf':
    'resource "terraform_data" "one" {\n  input = "1"\n}\noutput "one" {\n  value = terraform_data.one.output\n}\n',
};

export const document = (type: string, attributes: unknown, relationships?: unknown): unknown => ({
  data: { type, attributes, ...(relationships !== undefined && { relationships }) },
});

export const related = (type: string, id: string): unknown => ({ data: { type, id } });

export async function tarball(files: Files): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  const zipped = tar.pipe(createGzip());
  return Buffer.concat(await zipped.toArray());
}

/** Looks every 20 ms until the value is there; the failure names what was waited for. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, limitMs = 20_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A local TFE without rate limits, unless a test wants them. */
export async function startTfe(options: LocalTfeOptions = {}): Promise<Tfe> {
  const tfe = await startLocalTfe({ token: 'test-token', rateLimit: 0, listRateLimitPerMinute: 0, ...options });
  return drive(tfe);
}

export function drive(tfe: LocalTfe): Tfe {
  const send = async (method: string, url: string, body: unknown, token: string, type: string): Promise<Reply> => {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: response.status, headers: response.headers, text, body: parsed };
  };
  const jsonApi = 'application/vnd.api+json';
  const api: Tfe['api'] = (method, path, body, options = {}) =>
    send(method, `${tfe.address}/api/v2${path}`, body, options.token ?? tfe.token, options.type ?? jsonApi);
  const control: Tfe['control'] = (method, path, body) =>
    send(method, `${tfe.address}/_control${path}`, body, tfe.token, 'application/json');
  const idOf = (reply: Reply): string => {
    if (reply.status !== 201) throw new Error(`expected 201, got ${reply.status}: ${reply.text}`);
    return String(reply.body.data.id);
  };
  const reaches: Tfe['reaches'] = (runId, ...statuses) => {
    let last = '';
    const what = (): string => `${runId} to be ${statuses.join(' or ')}`;
    return eventually(what(), async () => {
      const reply = await api('GET', `/runs/${runId}`);
      last = reply.body.data.attributes.status;
      return statuses.includes(last) ? reply : undefined;
    }).catch((error: Error) => Promise.reject(new Error(`${error.message}; it is ${last}`)));
  };
  return {
    ...tfe,
    api,
    control,
    organization: async (name = 'acme') =>
      idOf(await api('POST', '/organizations', document('organizations', { name, email: 'a@example.com' }))),
    workspace: async (name = 'network', attributes = {}) =>
      idOf(await api('POST', '/organizations/acme/workspaces', document('workspaces', { name, ...attributes }))),
    async configuration(workspaceId, files, attributes = {}) {
      const reply = await api(
        'POST',
        `/workspaces/${workspaceId}/configuration-versions`,
        document('configuration-versions', { 'auto-queue-runs': false, ...attributes }),
      );
      const id = idOf(reply);
      const body = new Uint8Array(await tarball(files));
      await fetch(reply.body.data.attributes['upload-url'], { method: 'PUT', body });
      await eventually(`${id} to be processed`, async () => {
        const read = await api('GET', `/configuration-versions/${id}`);
        return read.body.data.attributes.status === 'pending' ? undefined : read;
      });
      return id;
    },
    run: async (workspaceId, configurationId, attributes = {}) =>
      idOf(
        await api(
          'POST',
          '/runs',
          document('runs', attributes, {
            workspace: related('workspaces', workspaceId),
            'configuration-version': related('configuration-versions', configurationId),
          }),
        ),
      ),
    reaches,
    confirmable: (runId) =>
      eventually(`${runId} to need confirmation`, async () => {
        const reply = await api('GET', `/runs/${runId}`);
        return reply.body.data.attributes.actions['is-confirmable'] ? reply : undefined;
      }),
    async log(path) {
      const phase = await api('GET', path);
      return (await fetch(phase.body.data.attributes['log-read-url'])).text();
    },
  };
}
