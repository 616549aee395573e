import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionSettings, startWorkerProcess, type Connections } from '../../src/stack/runwright-processes.ts';
import { openStack, type Stack } from '../../src/stack/stack.ts';
import { runCli, startCli, type CliResult, type RunningCli } from '../support/cli-process.ts';
import { startDroppingProxy, type DroppingProxy } from '../support/dropping-proxy.ts';
import { leftOut } from '../support/left-out.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

/**
 * A whole TFE that is not ours: a real one, HCP Terraform, or another server that speaks its API. Nothing names one by
 * itself: CONTRIBUTING.md says which settings do. Runs are made, applied and discarded in the one workspace that is named.
 */
const {
  RUNWRIGHT_TEST_TFE_ADDRESS: address = '',
  RUNWRIGHT_TEST_TFE_TOKEN_FILE: tokenFile = '',
  RUNWRIGHT_TEST_TFE_WORKSPACE: where = '',
} = process.env;
const [organization = '', workspace = ''] = where.split('/');
const isNamed = [address, tokenFile, organization, workspace].every((setting) => setting !== '');
const onOtherTfe = isNamed ? describe : leftOut('another TFE', 'RUNWRIGHT_TEST_TFE_ADDRESS names none');

const HELLO = fileURLToPath(new URL('../../examples/hello', import.meta.url));
// Agents have to be started before anything happens on some servers.
const WITHIN_MS = 300_000;

onOtherTfe('a TFE that is not ours', () => {
  let base: string;
  let stack: Stack;
  let env: ReturnType<typeof connectionSettings>;
  /** Between Runwright and a TFE that is reached by http; there answers can be lost. */
  let proxy: DroppingProxy | undefined;

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'runwright-other-tfe-'));
    stack = openStack({ directory: base, environment: process.env });
    if (address.startsWith('http:')) proxy = await startDroppingProxy(address);
    const connections: Connections = {
      temporal: { address: temporalAddress(), namespace: 'default' },
      tfe: { address: proxy?.address ?? address, token: readFileSync(tokenFile, 'utf8').trim() },
      archiveDirectory: join(base, 'archives'),
      installation: uniqueName('other'),
      env: { RUNWRIGHT_TEST_TIMES: 'allow' },
    };
    await startWorkerProcess(stack, connections);
    env = { ...connectionSettings(connections), TFE_ORGANIZATION: organization };
  }, WITHIN_MS);
  afterAll(async () => {
    await stack?.stop();
    await proxy?.close();
    rmSync(base, { recursive: true, force: true });
  }, WITHIN_MS);

  const runwright = (...args: string[]): Promise<CliResult> => runCli(args, { env, withinMs: WITHIN_MS });

  function ask(directory: string, ...flags: string[]): { key: string; run: RunningCli } {
    const key = uniqueName('key');
    const what = ['--workspace', workspace, '--dir', directory, '--key', key, '--requested-by', 'ann', ...flags];
    return { key, run: startCli(['run', ...what, '--wait', '--json'], { env, withinMs: WITHIN_MS }) };
  }

  async function askAndSeeThePlan(directory: string, ...flags: string[]): Promise<{ key: string; run: RunningCli }> {
    const asked = ask(directory, ...flags);
    await waitUntil(
      'the plan to wait for approval',
      async () => {
        const { stdout } = await runwright('show', asked.key, '--json');
        const { phase, ending } = JSON.parse(stdout) as { phase: string; ending?: object };
        if (ending !== undefined) return 'ended';
        return phase === 'awaiting-confirmation' && phase;
      },
      { withinMs: WITHIN_MS },
    );
    return asked;
  }

  /** Applies something each time: what it says is new. */
  function configuration(): string {
    const directory = mkdtempSync(join(base, 'configuration-'));
    cpSync(HELLO, directory, { recursive: true });
    writeFileSync(
      join(directory, 'new.tf'),
      `resource "terraform_data" "new" {\n  input = "${uniqueName('new')}"\n}\n`,
    );
    return directory;
  }

  async function runsInTfe(): Promise<{ runId: string }[]> {
    const listed = await runwright('list', '--tfe', '--workspace', workspace, '--limit', '100', '--json');
    return listed.documents()[0] as { runId: string }[];
  }

  const newSince = async (before: readonly { runId: string }[]): Promise<string[]> =>
    (await runsInTfe()).map(({ runId }) => runId).filter((id) => !before.some(({ runId }) => runId === id));

  const lastOf = ({ stdout }: CliResult): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

  it(
    'is found, and lets the token do what Runwright needs',
    async () => {
      const { code, stdout } = await runwright('doctor', '--workspace', workspace, '--json');

      expect(JSON.parse(stdout)).toMatchObject({ ok: true });
      expect(code).toBe(0);
    },
    WITHIN_MS,
  );

  it(
    'applies an approved run once, and gives its outputs and logs',
    async () => {
      const before = await runsInTfe();
      const { key, run } = await askAndSeeThePlan(configuration());
      const shown = await runwright('show', key);

      const approval = await runwright('approve', key, '--by', 'bob');
      const ended = await run.ended();

      expect(shown.stdout).toMatch(/[+~] terraform_data\.new/);
      expect(approval).toMatchObject({ code: 0 });
      expect({ code: ended.code, last: lastOf(ended) }).toMatchObject({ code: 0, last: { outcome: 'applied' } });
      expect((await runwright('outputs', key)).stdout).toContain('greeting = "Hello, world"');
      expect((await runwright('logs', key)).stdout).toMatch(/Apply complete/);
      expect(await newSince(before)).toEqual([(lastOf(ended) as { runId: string }).runId]);
    },
    WITHIN_MS,
  );

  (address.startsWith('http:') ? describe : describe.skip)('reached by http, so that answers can be lost', () => {
    it.each([
      { what: 'the run', method: 'POST', path: /\/runs$/ }, // known by its configuration where no messages are kept
      { what: 'the configuration version', method: 'POST', path: /\/configuration-versions$/ },
      { what: 'the upload', method: 'PUT', path: /./ },
      { what: 'the apply', method: 'POST', path: /\/actions\/apply$/ },
    ])(
      'applies one run when the answer about $what is lost',
      async ({ method, path }) => {
        const before = await runsInTfe();
        proxy!.dropNext(method, path);

        const { key, run } = await askAndSeeThePlan(configuration(), '--timing', 'commitWindow=2s');
        await runwright('approve', key, '--by', 'bob');
        const ended = await run.ended();

        expect({ code: ended.code, last: lastOf(ended) }).toMatchObject({ code: 0, last: { outcome: 'applied' } });
        expect(proxy!.log.filter((each) => each.method === method && each.answer === 'dropped')).not.toEqual([]); // the fault bit
        expect(await newSince(before)).toEqual([(lastOf(ended) as { runId: string }).runId]);
      },
      WITHIN_MS,
    );
  });

  it.each([
    { what: 'rejected', args: ['reject', '--reason', 'not now'], code: 3 },
    { what: 'canceled', args: ['cancel'], code: 4 },
  ])(
    'discards the run of a request that is $what, so that the next one has its turn',
    async ({ args: [command = '', ...flags], code }) => {
      const { key, run } = await askAndSeeThePlan(configuration());

      await runwright(command, key, ...flags);
      const ended = await run.ended();

      expect(ended.code).toBe(code);
      const { stdout } = await runwright('show', key, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ status: 'discarded' });
    },
    WITHIN_MS,
  );

  it(
    'plans only, without anybody’s approval',
    async () => {
      const ended = await ask(configuration(), '--mode', 'plan-only').run.ended();

      expect({ code: ended.code, last: lastOf(ended) }).toMatchObject({ code: 0, last: { outcome: 'plan-only' } });
    },
    WITHIN_MS,
  );

  it(
    'is told of as it is when a plan fails: nothing was changed',
    async () => {
      const directory = mkdtempSync(join(base, 'configuration-'));
      writeFileSync(join(directory, 'main.tf'), 'resource "terraform_data" "x" {\n  input = nothing.here\n}\n');

      const ended = await ask(directory).run.ended();

      const failure = { type: 'plan-errored', changed: 'nothing' };
      expect({ code: ended.code, last: lastOf(ended) }).toMatchObject({ code: 1, last: { failure } });
    },
    WITHIN_MS,
  );
});
