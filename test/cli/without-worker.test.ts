import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { childEnvironment } from '../../src/stack/child-environment.ts';
import { freeLoopbackPort } from '../../src/stack/loopback-ports.ts';
import { runCliInProcess } from '../support/cli-in-process.ts';
import { RUNWRIGHT, runCli, startCli, type CliResult } from '../support/cli-process.ts';
import { linesOn, startInTerminal } from '../support/cli-terminal.ts';
import { leftOut } from '../support/left-out.ts';
import { forwardToTemporal } from '../support/forward-to-temporal.ts';
import { localTfeForTests } from '../support/local-tfe.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const cwd = mkdtempSync(join(tmpdir(), 'runwright-cli-'));
const tfe = await localTfeForTests({ engine: 'simulated' });
const secured = await localTfeForTests({ engine: 'simulated', tls: 'own-ca' });
const env = {
  TEMPORAL_ADDRESS: temporalAddress(),
  TFE_ADDRESS: tfe.address,
  TFE_TOKEN: tfe.token,
  TFE_ORGANIZATION: 'demo',
  RUNWRIGHT_INSTALLATION: uniqueName('cli'),
  RUNWRIGHT_ARCHIVE_DIR: join(cwd, 'archives'),
};

afterAll(() => rmSync(cwd, { recursive: true }));

type Changes = Record<string, string | undefined>;

/** How a command ends; with its stack, if it showed one, which it never should. */
const endOf = async (args: string[], changes: Changes = {}) =>
  withoutStack(await runCliInProcess(args, { ...env, ...changes }));

/** The same of a process: where it matters that it ends by itself. */
const endOfProcess = async (args: string[], changes: Changes = {}) =>
  withoutStack(await runCli(args, { env: { ...env, ...changes }, cwd }));

function withoutStack({ code, stdout, stderr }: CliResult) {
  const stack = /^\s+at .*/m.exec(stderr)?.[0];
  return { code, stdout, stderr, ...(stack && { stack }) };
}

/** One sentence on standard error that says what to do, and nothing on standard output. */
const refused = (code: number, sentence: RegExp) => ({ code, stdout: '', stderr: expect.stringMatching(sentence) });

const RUN = ['run', '--workspace', 'hello', '--json'];

describe('a request that cannot be started', () => {
  it.each<[string, string[], RegExp]>([
    ['a policy that asks for nobody', [...RUN, '--approvers', '0'], /approval\.approvers/],
    ['a policy word that is none', [...RUN, '--requester', 'maybe'], /approval\.requester/],
    ['a deadline that is none', [...RUN, '--approval-timeout', 'soon'], /--approval-timeout must be a duration/],
    ['a deadline in years', [...RUN, '--queue-timeout', '367d'], /--queue-timeout must be between 1ms and 366d/],
    ['a mode that is none', [...RUN, '--mode', 'guess'], /--mode/],
    ['a key with blanks', [...RUN, '--key', 'my key'], /key: must be 1 to 200/],
    ['a workspace name with a slash', ['run', '--workspace', 'a/b'], /workspace: must be/],
    ['no workspace', ['run'], /--workspace/],
    ['a variable without value', [...RUN, '--var', 'audience'], /--var must be NAME=HCL/],
    ['options that exclude each other', [...RUN, '--terraform-version', '1.11.4'], /only with mode plan-only/],
  ])('%s: exit code 2', async (_what, args, sentence) => {
    expect(await endOf(args)).toEqual(refused(2, sentence));
  });

  it.concurrent('because Temporal is down: exit code 5', async () => {
    const address = `127.0.0.1:${await freeLoopbackPort()}`;

    expect(await endOfProcess(RUN, { TEMPORAL_ADDRESS: address })).toEqual(
      refused(5, /Temporal does not answer at 127\.0\.0\.1:\d+: start it/),
    );
  });

  it('because TFE is down: exit code 5', async () => {
    const address = `http://127.0.0.1:${await freeLoopbackPort()}`;

    expect(await endOfProcess(RUN, { TFE_ADDRESS: address })).toEqual(
      refused(5, /TFE at http:\S+: the connection was refused/),
    );
  });

  it('because the certificate of TFE is not trusted: exit code 5, and the issuer is named', async () => {
    expect(await endOfProcess(RUN, { TFE_ADDRESS: secured.address })).toEqual(
      refused(5, /not trusted.*issued by.*TFE_CA_FILE/),
    );
  });

  it('because the namespace is not set up: exit code 2, and nothing is started', async () => {
    const namespace = uniqueName('bare');
    const connection = await Connection.connect({ address: temporalAddress() });
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });

    expect(await endOf(RUN, { TEMPORAL_NAMESPACE: namespace })).toEqual(
      refused(2, /lacks search attributes.*runwright setup/),
    );

    const { executions } = await connection.workflowService.listWorkflowExecutions({ namespace });
    await connection.close();
    expect(executions).toEqual([]);
  });

  it('because the namespace does not exist: exit code 2', async () => {
    const env = { TEMPORAL_NAMESPACE: 'no-such', RUNWRIGHT_INSTALLATION: undefined };

    expect(await endOf(RUN, env)).toEqual(refused(2, /no namespace "no-such": run "runwright setup"/));
  });

  it('because its archive cannot be kept: exit code 2, and where else it could be', async () => {
    const directory = mkdtempSync(join(cwd, 'files-'));
    writeFileSync(join(directory, 'main.tf'), '');

    expect(await endOf([...RUN, '--dir', directory], { RUNWRIGHT_ARCHIVE_DIR: RUNWRIGHT })).toEqual(
      refused(2, /cannot be written \(E\w+\): .*RUNWRIGHT_ARCHIVE_DIR/),
    );
  });

  it('because settings are wrong: exit code 2, all of them at once, without their values', async () => {
    const env = { TFE_ADDRESS: 'ftp://planted', RUNWRIGHT_TEMPORAL_UI: 'planted', TFE_CA_FILE: '/does/not/exist' };

    expect(await endOf(RUN, env)).toEqual(refused(2, /TFE_ADDRESS[^]*RUNWRIGHT_TEMPORAL_UI[^]*TFE_CA_FILE/));
  });
});

describe('a request that cannot be found', () => {
  it.each([['show'], ['watch'], ['cancel'], ['approve'], ['outputs'], ['logs']])(
    'by %s: exit code 2',
    async (command) => {
      const id = 'runwright/tfe.example.com/demo/hello/nobody';

      expect(await endOf([command, id])).toEqual(refused(2, /no request "runwright\S+nobody"/));
    },
  );

  it('by its key: exit code 2', async () => {
    expect(await endOf(['show', 'nobody'])).toEqual(refused(2, /no request "nobody"/));
  });
});

describe('a request that is started', () => {
  it('prints one document with id, workflow id and page, and nothing else', async () => {
    const ui = { RUNWRIGHT_TEMPORAL_UI: 'https://ui.example.com' };
    const result = await runCli([...RUN, '--key', uniqueName('key')], { env: { ...env, ...ui }, cwd });

    expect(result).toMatchObject({ code: 0 });
    expect(result.documents()).toEqual([
      {
        id: expect.any(String),
        workflowId: expect.stringContaining('runwright/'),
        url: expect.stringMatching(/^https:\/\/ui\.example\.com\/.*\/workflows\//),
        started: 'new',
      },
    ]);
  });

  it('prints its random key on standard error before it starts', async () => {
    const result = await runCliInProcess(RUN, env);

    const [document] = result.documents() as { id: string }[];
    expect(result.stderr).toContain(`key ${document?.id}`);
  });

  it('twice with the same key is the same one', async () => {
    const args = [...RUN, '--key', uniqueName('key'), '--requested-by', 'ann'];
    const [first] = (await runCliInProcess(args, env)).documents();

    const [second] = (await runCliInProcess(args, env)).documents();

    expect(second).toEqual({ ...(first as object), started: 'existing' });
  });

  it('with the key of another request is refused, says what differs: exit code 2', async () => {
    const key = uniqueName('key');
    await runCliInProcess([...RUN, '--key', key], env);

    expect(await endOf([...RUN, '--key', key, '--mode', 'destroy'])).toEqual(
      refused(2, /run\.mode: "plan-and-apply" → "destroy"/),
    );
  });

  it.concurrent('is followed until Ctrl-C, which leaves it going: exit code 130', async () => {
    const key = uniqueName('key');
    await runCliInProcess([...RUN, '--key', key], env);
    const watching = startCli(['watch', key], { env, cwd });
    await watching.line(/configuration/);

    watching.signal('SIGINT');
    const { code, stderr } = await watching.ended();

    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: `the request goes on; come back with: runwright watch ${key}\n`,
    });
    const [view] = (await runCliInProcess(['show', key, '--json'], env)).documents();
    expect(view).toMatchObject({ workflowState: 'running', source: 'search-attributes' });
  });

  it.concurrent(
    'is left alone by whoever followed it when Temporal stays away, who says how to go on: exit code 5',
    async () => {
      const away = await forwardToTemporal();
      const own = { ...env, TEMPORAL_ADDRESS: `127.0.0.1:${away.port}` };
      const key = uniqueName('key');
      const following = ['--patience', '1s'];
      const asked = startCli(['run', '--workspace', 'hello', '--key', key, '--wait', ...following], { env: own, cwd });
      await asked.line(/bringing the configuration/);
      const watching = startCli(['watch', key, '--json', ...following], { env: own, cwd });
      await watching.line(/"phase"/);

      await away.close();
      const ends = await Promise.all([asked.ended(), watching.ended()]);

      const goOn = new RegExp(
        `^runwright: Temporal does not answer at .*follow it again with: runwright watch ${key}$`,
        'm',
      );
      expect(ends.map(({ code }) => code)).toEqual([5, 5]);
      expect(ends.map(({ stderr }) => stderr)).toEqual([expect.stringMatching(goOn), expect.stringMatching(goOn)]);
      const trying = 'Temporal does not answer, trying on; the request goes on meanwhile';
      expect([ends[0].stdout, ends[1].stderr]).toEqual([
        expect.stringContaining(trying),
        expect.stringContaining(trying),
      ]);
      expect(ends[1].documents()).toHaveLength(1);
    },
  );

  it('is not asked for where --patience is no duration: exit code 2', async () => {
    expect(await endOf([...RUN, '--wait', '--patience', 'long'])).toEqual(refused(2, /--patience must be a duration/));
  });
});

describe('a cancellation', () => {
  it('is kept by Temporal while no worker is up, after who cancels and why', async () => {
    const key = uniqueName('key');
    const { workflowId } = JSON.parse((await endOf([...RUN, '--key', key])).stdout) as { workflowId: string };

    const { code } = await endOf(['cancel', key, '--reason', 'wrong region', '--by', 'ann']);

    const connection = await Connection.connect({ address: temporalAddress() });
    const { history } = await connection.workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution: { workflowId },
    });
    await connection.close();
    expect(code).toBe(0);
    const events = history?.events ?? [];
    const signaled = events.findIndex((event) => event.workflowExecutionSignaledEventAttributes);
    expect(events[signaled]?.workflowExecutionSignaledEventAttributes?.signalName).toBe('explainCancel');
    expect(events.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBeGreaterThan(
      signaled,
    );
  });

  it('by a name that cannot be seen is refused: exit code 2', async () => {
    const key = uniqueName('key');
    await endOf([...RUN, '--key', key]);

    expect(await endOf(['cancel', key, '--by', 'an\u200bn'])).toEqual(refused(2, /by must hold no invisible/));
  });
});

describe('a request that this token can tell nothing good of', () => {
  it.each<[string, string[], Changes, RegExp]>([
    [
      'a workspace that TFE does not show',
      ['--workspace', 'nowhere'],
      {},
      /^warning: TFE shows no workspace demo\/nowhere to this token: check its name.*started all the same/m,
    ],
    [
      'a token that TFE refuses',
      [],
      { TFE_TOKEN: 'wrong' },
      /^warning: TFE refuses your token \(401\): set TFE_TOKEN/m,
    ],
  ])('is warned of, and started: %s', async (_what, args, changes, warning) => {
    const { code, stdout, stderr } = await endOf([...RUN, ...args, '--key', uniqueName('key')], changes);

    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, started: 'new' });
    expect(stderr).toMatch(warning);
  });

  it('is started without a warning where there is no token to ask with', async () => {
    expect(await endOf([...RUN, '--key', uniqueName('key')], { TFE_TOKEN: undefined })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });
});

describe('a pause', () => {
  it('of a workspace that TFE does not show is warned of: its name may be mistyped', async () => {
    const where = ['--workspace', 'nowhere', '--json'];

    const { code, stdout, stderr } = await endOf(['pause', ...where]);
    const resumed = await endOf(['resume', ...where]);

    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, state: 'paused' });
    expect(stderr).toMatch(/^warning: TFE shows no workspace demo\/nowhere/);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
  });

  it('of what can be no workspace is refused: exit code 2', async () => {
    expect(await endOf(['pause', '--workspace', '../prod'])).toEqual(refused(2, /"\.\.\/prod" is no name in TFE/));
  });
});

describe('the doctor', () => {
  it.concurrent.each<[string, number, () => Record<string, string> | Promise<Record<string, string>>, RegExp]>([
    [
      'Temporal is down',
      5,
      () => addressOf('TEMPORAL_ADDRESS', ''),
      /✘ temporal +Temporal does not answer at 127\S+\n +→ start it/,
    ],
    ['TFE is down', 5, () => addressOf('TFE_ADDRESS', 'http://'), /✘ tfe .*refused\n +→ check TFE_ADDRESS/],
    ['the token is wrong', 2, () => ({ TFE_TOKEN: 'wrong' }), /✘ token .*401\)\n +→ .*RUNWRIGHT_TFE_TOKEN_FILE/],
    ['no worker is up', 2, () => ({}), /✘ worker +no worker listens.*\n +→ start one with "runwright worker"/],
    [
      'archives have no folder',
      2,
      () => ({ RUNWRIGHT_ARCHIVE_DIR: RUNWRIGHT }),
      /✘ archives .*what is there is no folder\)\n +→ set RUNWRIGHT_ARCHIVE_DIR/,
    ],
  ])('says that %s and what to do: exit code %d', async (_what, code, changes, finding) => {
    expect(await endOf(['doctor'], await changes())).toEqual({
      code,
      stdout: expect.stringMatching(finding),
      stderr: '',
    });
  });
});

describe('the doctor, where callers spell the TFE in another way', () => {
  it('names both spellings', async () => {
    const other = { TFE_ADDRESS: env['TFE_ADDRESS']!.replace('127.0.0.1', 'localhost') };
    expect((await endOf(['run', '--workspace', 'hello', '--key', uniqueName('spelled')], other)).code).toBe(0);

    const { stdout } = await waitUntil('the index to have the request', async () => {
      const end = await endOf(['doctor']);
      return end.stdout.includes('tfe-address') && end;
    });

    expect(stdout).toMatch(/! tfe-address +TFE_ADDRESS names 127\.0\.0\.1:\d+; requests .* open for .*localhost:\d+/);
    expect(stdout).toMatch(/→ if that is the same TFE, write TFE_ADDRESS alike/);
  });
});

describe('the doctor, as a process', () => {
  it('ends where archives lie below /proc, which takes no folder: exit code 2', async () => {
    const { code, stdout } = await endOfProcess(['doctor'], { RUNWRIGHT_ARCHIVE_DIR: '/proc/runwright/archives' });

    expect(code).toBe(2);
    expect(stdout).toMatch(/✘ archives +\/proc\/runwright\/archives cannot be written \(ENOENT\)\n +→ set/);
  });

  it('ends where TFE and Temporal take connections and never answer: exit code 5', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { code, stdout } = await endOfProcess(['doctor'], {
      TEMPORAL_ADDRESS: address,
      TFE_ADDRESS: `http://${address}`,
    });
    silent.close();

    expect(code).toBe(5);
    expect(stdout).toMatch(/✘ temporal .*[^]*✘ tfe .*no answer[^]*✔ archives/);
  });
});

describe('runwright up', () => {
  it('ends where no directory can be made: exit code 1', async () => {
    const sentence = /^runwright: this user may not write \/proc\/runwright \(ENOENT\): give another --dir\n$/;

    expect(await endOfProcess(['up', '--dir', '/proc/runwright'])).toEqual(refused(1, sentence));
  });
});

describe('a TFE beyond this machine without TLS', () => {
  // Nobody is asked: the name leads nowhere.
  const plain = { TFE_ADDRESS: 'http://tfe.invalid' };
  const words = 'TFE_ADDRESS is http: whoever is on the way reads the token, and everything else';

  it('is warned of by the doctor', async () => {
    expect((await endOf(['doctor'], plain)).stdout).toContain(` ! tls                ${words}`);
  });

  it('is warned of by a command that sends the token', async () => {
    const { stderr } = await endOf(['list', '--tfe', '--workspace', 'hello'], plain);

    expect(stderr.split('\n').filter((line) => line.includes(words))).toHaveLength(1);
  });

  it('is warned of by the worker', async () => {
    const worker = startCli(['worker'], { env: { ...env, ...plain } });
    await worker.line(/^worker ready/);
    worker.signal('SIGTERM');

    const warned = (await worker.ended()).stderr.split('\n').filter((line) => line.includes(words));
    expect(warned.map((line) => JSON.parse(line) as unknown)).toEqual([expect.objectContaining({ level: 'warn' })]);
  });
});

describe('the worker', () => {
  it('says which port is in use, in one sentence: exit code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
    const { code, stderr } = await endOfProcess(['worker'], { RUNWRIGHT_HEALTH_ADDRESS: address });
    taken.close();

    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^runwright: ${address} is in use by another program: .*$`, 'm'));
  });
});

const addressOf = async (name: string, scheme: string) => ({
  [name]: `${scheme}127.0.0.1:${await freeLoopbackPort()}`,
});

describe('a long-running command', () => {
  it.each(['up', 'worker', 'gateway', 'local-tfe'])(
    '%s refuses an option that it does not know: exit code 2',
    async (name) => {
      const pointer = new RegExp(
        `^runwright: .*--jsn[^]*"runwright ${name} --help" shows the options( and examples)?\\n$`,
      );

      expect(await endOfProcess([name, '--jsn'])).toEqual(refused(2, pointer));
    },
  );

  it('refuses what is no option: exit code 2', async () => {
    expect(await endOfProcess(['worker', 'json'])).toEqual(
      refused(2, /too many arguments[^]*"runwright worker --help"/),
    );
  });
});

// A device that is as full as a disk can be.
const onFullDisk = existsSync('/dev/full') ? describe : leftOut('a full disk', 'There is no /dev/full');

onFullDisk('a stream that cannot be written', () => {
  const endOn = (args: string[], full: 'stdout' | 'stderr') => {
    const device = openSync('/dev/full', 'w');
    const stdio = full === 'stdout' ? (['ignore', device, 'pipe'] as const) : (['ignore', 'pipe', device] as const);
    const { status, stdout, stderr } = spawnSync(process.execPath, [RUNWRIGHT, ...args], {
      env: childEnvironment(process.env, env),
      cwd,
      stdio: [...stdio],
      encoding: 'utf8',
    });
    closeSync(device);
    return { code: status, stdout: stdout ?? '', stderr: stderr ?? '' };
  };

  it('is told in one sentence where it is standard output: exit code 1', () => {
    expect(endOn(['list', '--json'], 'stdout')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^runwright: standard output cannot be written \(ENOSPC\).*\n$/),
    });
  });

  it('changes nothing where it is standard error', () => {
    expect(endOn(['show', 'nobody'], 'stderr')).toEqual({ code: 2, stdout: '', stderr: '' });
  });
});

describe('the list', () => {
  it.each<[string, string[], RegExp]>([
    [
      'a time that is none',
      ['--since', 'yesterday'],
      /--since must be a time such as .*, or how long ago: .* not "yesterday"/,
    ],
    ['a day that is none', ['--until', '2026-02-30'], /--until must be a time such as/],
    ['times the wrong way round', ['--since', '1h', '--until', '2h'], /--since 1h is later than --until 2h/],
    [
      'an outcome that is none',
      ['--outcome', 'applied,lost'],
      /--outcome must be one or more of applied, .* not "lost"/,
    ],
    ['an outcome of what is open', ['--outcome', 'applied', '--open'], /cannot be used with option '--open'/],
    ['a time with --tfe', ['--tfe', '--since', '2h'], /'--since <time>' cannot be used with option '--tfe'/],
  ])('refuses %s: exit code 2', async (_what, args, sentence) => {
    expect(await endOf(['list', ...args])).toEqual(refused(2, sentence));
  });

  it('shows keys as pipelines make them whole in 80 columns, with state, age and who asked', async () => {
    const key = `infra-prod.deploy-2026-11-30T03-00-00Z-${uniqueName('8f3c9a2b1d')}-attempt-1`;
    const requestedBy = uniqueName('ci');
    await runCliInProcess([...RUN, '--key', key, '--requested-by', requestedBy], env);
    const args = ['list', '--requested-by', requestedBy];
    await waitUntil('the request to be listed', async () =>
      (await runCliInProcess(args, env)).stdout.includes(requestedBy),
    );

    const { code, written } = await startInTerminal(args, { env, cwd }).ended();

    const lines = linesOn(written);
    expect(code).toBe(0);
    expect(lines).toEqual([
      'KEY → WORKSPACE',
      expect.stringMatching(/^ {2}STATE {6}RUN {2}SINCE +ASKED FOR BY$/),
      key,
      '  → demo/hello',
      expect.stringMatching(new RegExp(`^ {2}preparing {2}– {4}\\S+ s +${requestedBy}$`)),
      '',
    ]);
  });
});

it('tells its version: that of the package, and what it was built from', async () => {
  expect(await endOf(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\+\S+\n$/),
    stderr: '',
  });
});

describe('the help', () => {
  it.each([
    'run',
    'approve',
    'reject',
    'cancel',
    'pause',
    'resume',
    'show',
    'watch',
    'list',
    'logs',
    'outputs',
    'setup',
    'doctor',
  ])('of %s has an example and exits with 0', async (command) => {
    const { code, stdout } = await runCliInProcess([command, '--help']);

    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples:\\n  [^\\n]*runwright ${command}`));
  });

  it('lists every exit code', async () => {
    const { stdout } = await runCli(['--help'], { env: {}, cwd });

    expect(stdout).toMatch(/Exit codes:\n  0 [^]*\n  5 /);
  });
});
