import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RequestView, RunwrightClient, TemporalUnreachableError } from '@runwright/client';
import { createFolderStore } from '@runwright/client/archive';
import { ensureWorkspace } from '../../src/stack/first-workspace.ts';
import { findPostgres } from '../postgres-stack/postgres-program.ts';
import { startPostgresStack, type PostgresStack } from '../postgres-stack/postgres-stack.ts';
import { findOnPath } from '../../src/stack/program-path.ts';
import { connectionSettings } from '../../src/stack/runwright-processes.ts';
import { findTemporalServer } from '../postgres-stack/temporal-server-programs.ts';
import { runCli, startCli } from '../support/cli-process.ts';
import { leftOut } from '../support/left-out.ts';
import { waitUntil } from '../support/wait-until.ts';

const SCRIPT = fileURLToPath(new URL('../postgres-stack/run.ts', import.meta.url));
/** Building the server may be part of it. */
const START_WITHIN_MS = 900_000;
const RECOVER_WITHIN_MS = 120_000;
const WHERE = { organization: 'demo', workspace: 'once' };

const missing = await whatIsMissing();
const onPostgres = missing === undefined ? describe : leftOut('the stack on PostgreSQL', missing);

onPostgres('the stack on PostgreSQL', () => {
  let directory: string;
  let stack: PostgresStack;
  let client: RunwrightClient;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-postgres-'));
    stack = await startPostgresStack({
      directory,
      environment: process.env,
      postgres: await findPostgres(process.env),
      temporal: await findTemporalServer(process.env),
      password: 'of-the-test',
      token: 'token-of-the-test',
    });
    await ensureWorkspace(stack.connections.tfe, WHERE);
    const { address, namespace } = stack.connections.temporal;
    client = await RunwrightClient.connect({
      temporal: { address, namespace, environment: {} },
      tfeAddress: stack.tfe.address,
    });
  }, START_WITHIN_MS);
  afterAll(async () => {
    await client?.close();
    await stack?.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 120_000);

  it('remembers a request for 30 days, because `setup` made the namespace', async () => {
    const { stdout } = await runCli(['setup', '--json'], { env: connectionSettings(stack.connections) });

    expect(JSON.parse(stdout)).toMatchObject({ namespace: { state: 'present', retentionDays: 30 } });
  });

  it(
    'applies an approved run once, though Temporal and then PostgreSQL are killed in the middle and started again',
    async () => {
      const apply = heldApply(directory);
      const archive = await createFolderStore(stack.connections.archiveDirectory).put(apply.directory);
      const { workflowId } = await client.start({
        key: 'through-two-crashes',
        ...WHERE,
        configuration: { kind: 'archive', archive },
        requestedBy: 'ana',
      });
      const waiting = await until(workflowId, 'approval', ({ phase }) => phase === 'awaiting-confirmation');

      await stack.temporal.kill();
      await expect(client.view(workflowId)).rejects.toThrow(TemporalUnreachableError);
      await stack.temporal.restart();
      await until(workflowId, 'approval, after the crash', ({ phase }) => phase === 'awaiting-confirmation');
      await client.approve(workflowId, { runId: waiting.runId!, by: 'ben' });
      await waitUntil('terraform to apply', () => existsSync(apply.started), { withinMs: RECOVER_WITHIN_MS });

      await stack.postgres.kill();
      apply.letGo();
      await waitUntil('TFE to have applied', async () => (await runsInTfe())[0]?.status === 'applied', {
        withinMs: RECOVER_WITHIN_MS,
      });
      await stack.postgres.restart();

      const ended = await until(workflowId, 'the end', ({ ending }) => ending !== undefined);
      expect(ended.ending).toMatchObject({ kind: 'completed', result: { outcome: 'applied' } });
      expect(await runsInTfe()).toEqual([{ id: waiting.runId, status: 'applied' }]);
      expect(readFileSync(apply.journal, 'utf8')).toBe('applied\n');
    },
    RECOVER_WITHIN_MS * 4,
  );

  const until = (id: string, what: string, see: (view: RequestView) => boolean): Promise<RequestView> =>
    waitUntil(
      what,
      async () => {
        const view = await client.view(id);
        return see(view) ? view : undefined;
      },
      { withinMs: RECOVER_WITHIN_MS },
    );

  async function runsInTfe(): Promise<{ id: string; status: string }[]> {
    const { address, token } = stack.connections.tfe;
    const read = async (path: string): Promise<{ data: unknown }> => {
      const answer = await fetch(`${address}/api/v2/${path}`, { headers: { authorization: `Bearer ${token}` } });
      return (await answer.json()) as { data: unknown };
    };
    const workspace = await read(`organizations/${WHERE.organization}/workspaces/${WHERE.workspace}`);
    const { data } = await read(`workspaces/${(workspace.data as { id: string }).id}/runs`);
    return (data as { id: string; attributes: { status: string } }[]).map(({ id, attributes }) => ({
      id,
      status: attributes.status,
    }));
  }
});

onPostgres('npm run stack:postgres', () => {
  it(
    'says where each part is ready, and stops all of it when it is told to',
    async () => {
      const script = startCli([], { program: SCRIPT, withinMs: START_WITHIN_MS });
      const seen = (pattern: RegExp): Promise<RegExpMatchArray> =>
        waitUntil(
          `${pattern} of the stack (${script.stderr() || 'no error'})`,
          () => script.stdout().match(pattern) ?? undefined,
          {
            withinMs: RECOVER_WITHIN_MS,
          },
        );
      for (const part of ['PostgreSQL', 'Temporal', 'local TFE', 'setup', 'worker']) await seen(RegExp(` ✔ ${part} `));
      const health = (await seen(/worker +(http:\S+)/))[1]!;
      await seen(/ready: PostgreSQL \(process \d+\), Temporal \(process \d+\), worker \(process \d+\)/);
      expect((await fetch(`${health}/readyz`)).status).toBe(200);

      script.signal('SIGINT');

      expect((await script.ended()).code).toBe(0);
      await expect(fetch(`${health}/readyz`)).rejects.toThrow('fetch failed');
    },
    START_WITHIN_MS,
  );
});

interface HeldApply {
  readonly directory: string;
  /** Exists once terraform applies. */
  readonly started: string;
  /** One line for each time that terraform applied. */
  readonly journal: string;
  letGo(): void;
}

/** A configuration whose apply waits until it is let go, and leaves a line behind. */
function heldApply(parent: string): HeldApply {
  const directory = join(parent, 'held');
  const [started, gate, journal] = ['started', 'gate', 'journal'].map((name) => join(parent, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(directory);
  const command = `touch ${started}; for i in $(seq 600); do [ -e ${gate} ] && break; sleep 0.2; done; echo applied >> ${journal}`;
  writeFileSync(
    join(directory, 'main.tf'),
    `resource "terraform_data" "held" {\n  provisioner "local-exec" {\n    command = ${JSON.stringify(command)}\n  }\n}\n`,
  );
  return { directory, started, journal, letGo: () => writeFileSync(gate, '') };
}

async function whatIsMissing(): Promise<string | undefined> {
  try {
    await findPostgres(process.env);
  } catch (error) {
    return (error as Error).message;
  }
  if (
    (await findOnPath('terraform', process.env)) === undefined &&
    (await findOnPath('tofu', process.env)) === undefined
  )
    return 'There is neither terraform nor tofu on the PATH to apply with';
  if ((await findOnPath('go', process.env)) === undefined)
    return 'Go is not installed: nothing to build the server with';
  return undefined;
}
