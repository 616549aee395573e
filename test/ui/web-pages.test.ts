import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { freeLoopbackPort } from '../../src/stack/loopback-ports.ts';
import { openStack, type Stack } from '../../src/stack/stack.ts';
import { findTemporal } from '../../src/stack/temporal/temporal-program.ts';
import { startTemporal, type TemporalServer } from '../../src/stack/temporal/temporal-server.ts';
import { findChromium, openChromium } from '../support/chromium.ts';
import { leftOut } from '../support/left-out.ts';
import { listeningAddresses } from '../support/listening-ports.ts';
import { uniqueName } from '../support/temporal.ts';
import { askAs, servePage, SIGNAL, signalUrl } from '../support/web-attacker.ts';

const STRANGER = 'stranger.example';
const SIZE = { width: 800, height: 600 };
const chromium = findChromium();
const withChromium =
  chromium === undefined ? leftOut('web pages against Temporal', 'no Chromium on the PATH') : describe;

// Two servers and a browser start here.
jest.setTimeout(120_000);

/** A dev server as anybody starts it, and the one of `up`, the demo and the tests. */
interface Servers {
  readonly plain: { readonly address: string; readonly http: string; readonly ui: string };
  readonly guarded: TemporalServer;
}

withChromium('a web page', () => {
  let directory: string;
  let stack: Stack;
  let servers: Servers;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-web-pages-'));
    stack = openStack({ directory, environment: process.env });
    const { path: program } = await findTemporal(process.env);
    servers = { plain: await startPlain(stack, program, directory), guarded: await startGuarded(stack, program) };
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  // Control: without the guard, the very page signals an approval.
  it('of a stranger signals an approval through the HTTP API of a plain dev server', async () => {
    const { address, http, ui } = servers.plain;
    const workflowId = await openWorkflow(address);

    await visit({ signalUrls: [signalUrl(http, workflowId)], ui });

    expect(await signalsOf(address, workflowId)).not.toEqual([]);
  });

  // Control: with the name of a stranger, the UI of a plain dev server gives its cookie away and takes a signal.
  it('of a stranger signals an approval through the UI of a plain dev server when its name leads to loopback', async () => {
    const { address, ui } = servers.plain;
    const workflowId = await openWorkflow(address);

    await signalLikeTheUi(ui, workflowId);

    expect(await signalsOf(address, workflowId)).toEqual(['approve']);
  });

  // Control: the gate keeps nobody from work.
  it('of the UI itself signals through the gate', async () => {
    const { guarded } = servers;
    const workflowId = await openWorkflow(guarded.address);

    await signalLikeTheUi(guarded.uiUrl!, workflowId, new URL(guarded.uiUrl!).host);

    expect(await signalsOf(guarded.address, workflowId)).toEqual(['approve']);
  });

  it('of a stranger signals nothing through any port of the server that up starts, nor through its UI', async () => {
    const { guarded } = servers;
    const ui = guarded.uiUrl!;
    const workflowId = await openWorkflow(guarded.address);
    const ports = listeningAddresses(guarded.pid()).filter((address) => address.startsWith('127.0.0.1:'));
    expect(ports).toContain(guarded.address);

    const bases = [ui, ui.replace('127.0.0.1', 'localhost'), ...ports.map((address) => `http://${address}`)];
    await visit({ signalUrls: bases.map((base) => signalUrl(base, workflowId)), ui });

    expect(await signalsOf(guarded.address, workflowId)).toEqual([]);
  });

  it('of a stranger signals nothing when its name leads to loopback, and is given no cookie', async () => {
    const { guarded } = servers;
    const workflowId = await openWorkflow(guarded.address);
    const addresses = listeningAddresses(guarded.pid()).filter((address) => address.startsWith('127.0.0.1:'));

    for (const base of [guarded.uiUrl!, ...addresses.map((address) => `http://${address}`)]) {
      const cookie = await signalLikeTheUi(base, workflowId);
      expect(cookie).toBe('none');
    }

    expect(await signalsOf(guarded.address, workflowId)).toEqual([]);
  });

  it('cannot find the UI behind its gate on 127.0.0.1', () => {
    const { guarded } = servers;
    const elsewhere = listeningAddresses(guarded.pid()).filter((address) => !address.startsWith('127.0.0.1:'));

    expect(elsewhere).toEqual([expect.stringMatching(/^127\.\d+\.\d+\.\d+:\d+$/)]);
  });
});

async function startPlain(stack: Stack, program: string, directory: string): Promise<Servers['plain']> {
  const [grpc, http, ui] = [await freeLoopbackPort(), await freeLoopbackPort(), await freeLoopbackPort()];
  const flags = ['--port', `${grpc}`, '--http-port', `${http}`, '--ui-port', `${ui}`, '--log-level', 'warn'];
  const isReady = () =>
    fetch(`http://127.0.0.1:${http}/api/v1/namespaces/default`).then(
      ({ ok }) => ok,
      () => false,
    );
  await stack.start({
    name: 'plain-temporal',
    command: program,
    args: ['server', 'start-dev', '--ip', '127.0.0.1', ...flags],
    env: { HOME: directory, XDG_CONFIG_HOME: directory },
    ready: { kind: 'probe', isReady },
    readyWithinMs: 60_000,
  });
  return { address: `127.0.0.1:${grpc}`, http: `http://127.0.0.1:${http}`, ui: `http://127.0.0.1:${ui}` };
}

const startGuarded = (stack: Stack, program: string): Promise<TemporalServer> =>
  startTemporal(stack, { program, database: { kind: 'memory' }, ui: 'with-ui' });

/** Opens the stranger's page, under another site's name and then under another origin of the same one. */
async function visit(targets: Parameters<typeof servePage>[0]): Promise<void> {
  const page = await servePage(targets);
  const browser = await openChromium(chromium!, SIZE, [`--host-resolver-rules=MAP ${STRANGER} 127.0.0.1`]);
  try {
    for (const name of [STRANGER, '127.0.0.1']) {
      await browser.page.open(`http://${name}:${page.port}/`);
      await browser.page.shows('everything was tried');
    }
  } finally {
    await browser.close();
    await page.close();
  }
}

/** Fetches the cookie under a name and sends it back as the UI's own page does; says which it was. */
async function signalLikeTheUi(
  base: string,
  workflowId: string,
  host = `${STRANGER}:${new URL(base).port}`,
): Promise<string> {
  // Some ports do not speak HTTP/1 at all: they hang up.
  const given = await askAs(host, base).catch(() => undefined);
  const cookie = /_csrf=([^;]+)/.exec(String(given?.headers['set-cookie'] ?? ''))?.[1] ?? 'none';
  await askAs(host, signalUrl(base, workflowId), {
    method: 'POST',
    headers: {
      origin: `http://${host}`,
      'content-type': 'application/json',
      cookie: `_csrf=${cookie}`,
      'x-csrf-token': cookie,
    },
    body: SIGNAL,
  }).catch(() => undefined);
  return cookie;
}

async function openWorkflow(address: string): Promise<string> {
  const workflowId = uniqueName('approved-by-a-page');
  await withClient(address, (client) => client.workflow.start('waits', { workflowId, taskQueue: 'nobody' }));
  return workflowId;
}

const signalsOf = (address: string, workflowId: string): Promise<string[]> =>
  withClient(address, async (client) => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName ?? []);
  });

async function withClient<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
