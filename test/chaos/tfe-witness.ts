import { setTimeout as pause } from 'node:timers/promises';
import type { RunInTfe, Witnessed } from '../support/invariants/evidence.ts';
import type { TfeAccess } from '../../src/stack/first-workspace.ts';

/** The local TFE over HTTP: faults and people go in, its own journal and list of runs come out. Waits while it is down. */
export interface TfeWitness {
  tell(path: '/faults' | '/people' | '/outage', body: object): Promise<void>;
  calmDown(): Promise<void>;
  journal(): Promise<readonly Witnessed[]>;
  runs(organization: string): Promise<RunOfWorkspace[]>;
}

/** A run and the workspace that it is in. */
export type RunOfWorkspace = RunInTfe & { readonly workspaceId: string };

const ASK_AGAIN_MS = 200;
const PATIENCE_MS = 60_000;

interface RunDocument {
  readonly id: string;
  readonly attributes: { readonly status: string; readonly message: string; readonly 'plan-only': boolean };
  readonly relationships: { readonly workspace: { readonly data: { readonly id: string } } };
}

export function witnessOf({ address, token }: TfeAccess): TfeWitness {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        const answer = await fetch(address + path, {
          method,
          headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(20_000),
        });
        if (answer.ok) return answer.status === 204 ? undefined : await answer.json().catch(() => undefined);
        // A person may act on a run that has moved on; that is for TFE to refuse.
        if (answer.status < 500 && answer.status !== 429) return undefined;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      await pause(ASK_AGAIN_MS);
    }
  };
  const journalAfter = async (seq: number): Promise<Witnessed[]> =>
    ((await ask('GET', `/_control/journal?after=${seq}`)) as { entries: Witnessed[] }).entries;
  return {
    tell: async (path, body) => void (await ask('POST', `/_control${path}`, body)),
    calmDown: async () => {
      await ask('DELETE', '/_control/faults');
      await ask('DELETE', '/_control/people');
    },
    journal: () => journalAfter(0),
    runs: async (organization) => {
      const found: RunOfWorkspace[] = [];
      for (let page = 1; ; page += 1) {
        const path = `/api/v2/organizations/${organization}/runs?page[size]=100&page[number]=${page}`;
        const { data } = (await ask('GET', path)) as { data: RunDocument[] };
        found.push(
          ...data.map(({ id, attributes, relationships }) => ({
            id,
            status: attributes.status,
            message: attributes.message,
            planOnly: attributes['plan-only'],
            workspaceId: relationships.workspace.data.id,
          })),
        );
        if (data.length < 100) return found;
      }
    },
  };
}
