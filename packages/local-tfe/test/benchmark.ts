/**
 * How fast the local TFE answers: `npm run bench:local-tfe`. Prints a table, or JSON with `--json`.
 * Each kind of request is made by 16 clients at a time, on a store of 1,000 workspaces and 10,000 runs, and on an empty one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun, plainRun } from '../src/run/create-run.ts';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

const CLIENTS = 16;
const WORKSPACES = 1_000;
const RUNS = 10_000;
const REQUESTS = 1_500;

interface Row {
  store: string;
  request: string;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

async function measure(store: string, request: string, send: (n: number) => Promise<unknown>): Promise<Row> {
  const times: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    while (next < REQUESTS) {
      const n = next++;
      const sentAt = performance.now();
      await send(n);
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const perSecond = Math.round(REQUESTS / ((performance.now() - startedAt) / 1000));
  times.sort((left, right) => left - right);
  const at = (share: number): number => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(1));
  return { store, request, perSecond, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Runs that are over: written straight into the store, as ten thousand real ones would take an hour. */
function fill(tfe: Tfe, configurationId: string): void {
  const { store } = tfe.services;
  const version = store.configurationVersions.require(configurationId);
  const workspaces = store.workspaces.select();
  const createdBy = store.users.select()[0]?.id ?? '';
  store.transaction(() => {
    for (let n = 0; n < RUNS; n += 1) {
      const workspace = workspaces[n % workspaces.length];
      if (!workspace) return;
      const run = createRun(tfe.services, { workspace, version }, { ...plainRun(workspace, version), createdBy });
      store.runs.update(run.id, { status: 'applied' });
    }
  });
}

const dataDir = mkdtempSync(join(tmpdir(), 'local-tfe-bench-'));
const coldAt = performance.now();
const tfe = await startTfe({ dataDir, concurrency: 0 });
const coldStartMs = Math.round(performance.now() - coldAt);
await tfe.organization();
const workspaceId = await tfe.workspace();
const configurationId = await tfe.configuration(workspaceId, HELLO);
const runId = await tfe.run(workspaceId, configurationId);
const rows: Row[] = [];
const reads = async (store: string): Promise<void> => {
  rows.push(await measure(store, 'GET /runs/:id', () => tfe.api('GET', `/runs/${runId}`)));
  rows.push(await measure(store, 'GET /workspaces/:id/runs', () => tfe.api('GET', `/workspaces/${workspaceId}/runs`)));
  rows.push(await measure(store, 'GET /organizations/:org/runs', () => tfe.api('GET', '/organizations/acme/runs')));
};
await reads('empty');
const create = (n: number): Promise<unknown> =>
  tfe.api('POST', '/organizations/acme/workspaces', document('workspaces', { name: `w${n}` }));
rows.push(await measure('empty', 'POST /organizations/:org/workspaces', create));
fill(tfe, configurationId);
await reads(`${WORKSPACES}+ workspaces, ${RUNS} runs`);
await tfe.close();
const againAt = performance.now();
const again = await startTfe({ dataDir, concurrency: 0 });
const restartMs = Math.round(performance.now() - againAt);
await again.close();
rmSync(dataDir, { recursive: true, force: true });

if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ coldStartMs, restartMs, rows })}\n`);
else {
  process.stdout.write(`cold start ${coldStartMs} ms, restart with the full store ${restartMs} ms\n`);
  console.table(rows);
}
