import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { TfeControl } from './tfe-control.ts';

/**
 * A client that does what today's drivers of TFE runs do: polls every 2 s, and repeats whatever failed, without asking
 * whether it happened. It is as short as such a client can be; what it lacks is what is measured.
 */
const POLL_MS = 2_000;
const BLIND_REPEATS = 5;
const REPEAT_AFTER_MS = 400;

export interface PlainRun {
  readonly tfe: TfeControl;
  readonly organization: string;
  readonly workspace: string;
  /** A tar.gz. */
  readonly archive: string;
  /** It gives up then. */
  readonly withinMs: number;
}

/** Plans and applies; resolves with the run's last status, or with `gave-up`. */
export async function runPlainly({ tfe, organization, workspace, archive, withinMs }: PlainRun): Promise<string> {
  const deadline = performance.now() + withinMs;
  const api = apiOf(tfe);
  const { data: found } = await api('GET', `/organizations/${organization}/workspaces/${workspace}`);
  const { data: version } = await api('POST', `/workspaces/${found.id}/configuration-versions`, {
    data: { type: 'configuration-versions', attributes: { 'auto-queue-runs': false } },
  });
  await fetch(version.attributes['upload-url'] as string, { method: 'PUT', body: await readFile(archive) });
  const polled = async (path: string, isOver: (attributes: Attributes) => boolean): Promise<Resource | undefined> => {
    for (;;) {
      const { data } = await api('GET', path);
      if (isOver(data.attributes)) return data;
      if (performance.now() > deadline) return undefined;
      await pause(POLL_MS);
    }
  };
  await polled(`/configuration-versions/${version.id}`, ({ status }) => status !== 'pending');
  const { data: run } = await api('POST', '/runs', {
    data: {
      type: 'runs',
      attributes: { message: 'asked for by the plain client', 'auto-apply': false },
      relationships: {
        workspace: { data: { type: 'workspaces', id: found.id } },
        'configuration-version': { data: { type: 'configuration-versions', id: version.id } },
      },
    },
  });
  const planned = await polled(`/runs/${run.id}`, ({ actions }) => actions?.['is-confirmable'] === true);
  if (planned === undefined) return 'gave-up';
  await api('POST', `/runs/${run.id}/actions/apply`, { comment: 'approved' });
  const ended = await polled(`/runs/${run.id}`, ({ status }) => ['applied', 'errored'].includes(status ?? ''));
  await api('GET', `/workspaces/${found.id}/current-state-version?include=outputs`);
  return ended?.attributes.status ?? 'gave-up';
}

interface Attributes {
  readonly status?: string;
  readonly actions?: Readonly<Record<string, boolean>>;
  readonly [name: string]: unknown;
}

interface Resource {
  readonly id: string;
  readonly attributes: Attributes;
}

type Api = (method: string, path: string, body?: object) => Promise<{ data: Resource }>;

const apiOf =
  ({ address, token }: TfeControl): Api =>
  async (method, path, body) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(`${address}/api/v2${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json' },
          ...(body && { body: JSON.stringify(body) }),
        });
        if (answer.ok) return (answer.status === 202 ? { data: {} } : await answer.json()) as { data: Resource };
        if (answer.status < 500) throw new Error(`${method} ${path}: HTTP ${answer.status}`);
      } catch (error) {
        if (attempt === BLIND_REPEATS || !(error instanceof TypeError)) throw error;
      }
      await pause(REPEAT_AFTER_MS);
    }
  };
