import { describe, expect, it } from '@jest/globals';
import { makeWorkspace } from '../support/local-tfe.ts';
import { uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { commandLine, greeting, SHORT_PAUSES } from './requests-on-a-stack.ts';

const cli = await commandLine();

/** Starts a request in a workspace of its own; answers when its run waits for people. */
async function waitingRun(extra: string[] = []): Promise<{ key: string; workspace: string; runId: string }> {
  const { key, workspace } = await startedRun(extra);
  for await (const { phase, runId } of cli.client.watch(key)) {
    if (phase === 'awaiting-confirmation' && runId !== undefined) return { key, workspace, runId };
  }
  throw new Error('the request ended before its run waited for people');
}

async function startedRun(extra: string[] = []): Promise<{ key: string; workspace: string }> {
  const workspace = uniqueName('ws');
  await makeWorkspace(cli.tfe, { workspace });
  const key = uniqueName('key');
  const dir = cli.directory({ 'main.tf': greeting('world') });
  const args = ['run', '--workspace', workspace, '--dir', dir, '--key', key, '--requested-by', 'ann', '--json'];
  const { code, stderr } = await cli.runwright([...args, ...SHORT_PAUSES, ...extra]);
  if (code !== 0) throw new Error(`the run did not start: ${stderr}`);
  return { key, workspace };
}

const lastOf = (documents: unknown[]): unknown => documents.at(-1);

describe('a run from the command line', () => {
  it('is planned, approved by another command, applied, and ends with exit code 0', async () => {
    const workspace = uniqueName('ws');
    await makeWorkspace(cli.tfe, { workspace });
    const key = uniqueName('key');
    const dir = cli.directory({ 'main.tf': greeting('world') });
    const running = cli.start(
      ['run', '--workspace', workspace, '--dir', dir, '--key', key, '--wait', ...SHORT_PAUSES],
      { withinMs: 60_000 },
    );
    await running.line(/awaiting/);

    const approval = await cli.start(['approve', key, '--by', 'bob', '--json']).ended();
    const { code, stdout } = await running.ended();

    expect(approval.code).toBe(0);
    expect(approval.documents()).toMatchObject([
      { id: key, by: 'bob', choice: 'approve', answer: { kind: 'counted', verdict: 'approved' } },
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /planned .*\+1 ~0 -0[^]*approved .*by bob[^]*applied .*1 added[^]*greeting = "Hello, world"/,
    );
    expect(stdout).toContain('password = (sensitive)');
    expect(
      Math.max(
        ...stdout
          .split('\n')
          .filter((line) => !line.includes('http'))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('shows outputs, reveals the sensitive one to its caller alone, and shows the logs', async () => {
    const { key, workspace } = await waitingRun();
    await cli.runwright(['approve', key]);
    const watched = await cli.runwright(['watch', key, '--json']);

    const outputs = await cli.runwright(['outputs', key, '--json']);
    const revealed = await cli.runwright(['outputs', key, '--reveal', 'password']);
    const logs = await cli.runwright(['logs', key]);
    const listed = await cli.runwright(['list', '--tfe', '--workspace', workspace, '--json']);

    expect(watched.code).toBe(0);
    expect(lastOf(watched.documents())).toMatchObject({ phase: 'finished', outcome: 'applied', source: 'workflow' });
    expect(outputs.documents()).toMatchObject([
      { greeting: { value: 'Hello, world', sensitive: false }, password: { sensitive: true } },
    ]);
    expect(outputs.stdout + watched.stdout).not.toContain('planted-secret');
    expect(revealed.stdout).toBe('planted-secret\n');
    expect(logs.stdout).toMatch(/terraform_data\.greeting[^]*Apply complete/);
    expect(listed.documents()).toMatchObject([[{ status: 'applied', workflowId: expect.stringContaining(key) }]]);
  });

  it('is rejected with a reason: exit code 3, and the run is discarded', async () => {
    const { key } = await waitingRun();

    const rejection = await cli.runwright(['reject', key, '--reason', 'wrong region', '--by', 'bob']);
    const watched = await cli.runwright(['watch', key]);

    expect(rejection).toMatchObject({ code: 0, stdout: expect.stringContaining('rejected') });
    expect(watched.code).toBe(3);
    expect(watched.stdout).toMatch(/rejected .*by bob: wrong region/);
    expect(await cli.client.view(key)).toMatchObject({ outcome: 'rejected', status: 'discarded' });
  });

  it('is canceled: exit code 4, and the run is discarded, by whom and why', async () => {
    const { key, runId } = await waitingRun();

    await cli.runwright(['cancel', key, '--reason', 'wrong region', '--by', 'ann']);
    const watched = await cli.runwright(['watch', key, '--json']);

    expect(watched.code).toBe(4);
    expect(lastOf(watched.documents())).toMatchObject({ workflowState: 'canceled', status: 'discarded' });
    expect(await cli.client.view(key)).toMatchObject({ cancellation: { by: 'ann', reason: 'wrong region' } });
    expect((await cli.runwright(['show', key])).stdout).toMatch(/canceled +as asked by ann: "wrong region"/);
    expect(cli.tfe.services.store.comments.select({ scope: runId }).map(({ body }) => body)).toEqual([
      `Request ${key} was canceled by ann: "wrong region".`,
    ]);
    const again = await cli.runwright(['cancel', key]);
    expect(again).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('has ended') });
  });

  it('shows the last error of a look that TFE refuses because of its rate limit', async () => {
    const { key } = await waitingRun();
    cli.tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'rate-limited', times: null, reset: 2 });
    await cli.client.nudge(key);
    await waitUntil('the refusal', async () => (await cli.client.view(key)).lastError);

    const shown = await cli.runwright(['show', key]);
    cli.tfe.faults.clear();

    expect(shown.stdout).toMatch(/last error +TFE read run: .*(429|[Tt]oo many requests|rate)/);
    await waitUntil('the refusal to be over', async () => (await cli.client.view(key)).lastError === undefined);
    await cli.runwright(['cancel', key]);
  });

  it('expires when nobody decides: exit code 3', async () => {
    const { key } = await startedRun(['--approval-timeout', '1s']);

    const watched = await cli.runwright(['watch', key, '--json']);

    expect(watched.code).toBe(3);
    expect(lastOf(watched.documents())).toMatchObject({ outcome: 'expired', status: 'discarded' });
  });

  it('that only plans needs nobody: exit code 0', async () => {
    const { key } = await startedRun(['--mode', 'plan-only']);

    const watched = await cli.runwright(['watch', key, '--json']);

    expect(watched.code).toBe(0);
    expect(lastOf(watched.documents())).toMatchObject({ outcome: 'plan-only', plan: { additions: 1 } });
    expect((await cli.runwright(['logs', key])).stderr).toMatch(/^── plan of run-\w+\n$/);
    const apply = await cli.runwright(['logs', key, '--of', 'apply']);
    expect(apply).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('has no apply log') });
  });

  it('whose plan fails ends with exit code 1 and the end of the log', async () => {
    const workspace = uniqueName('ws');
    await makeWorkspace(cli.tfe, { workspace });
    const dir = cli.directory({ 'main.tf': 'resource "terraform_data" "x" { input = nothing.here }' });

    const result = await cli.runwright([
      'run',
      '--workspace',
      workspace,
      '--dir',
      dir,
      '--wait',
      '--json',
      ...SHORT_PAUSES,
    ]);

    expect(result.code).toBe(1);
    expect(lastOf(result.documents())).toMatchObject({
      ended: 'failed',
      failure: { type: 'plan-errored', changed: 'nothing' },
    });
    expect(result.stderr).toMatch(/Reference to undeclared resource/);
    const { id } = result.documents()[0] as { id: string };
    const shown = await cli.runwright(['show', id]);
    expect(shown.stdout).toMatch(/plan-errored[^]*\n      Reference to undeclared resource\n[^]*runwright logs/);
  });
});

describe('a decision from the command line', () => {
  it('on another run is refused: exit code 3', async () => {
    const { key, runId } = await waitingRun();

    const other = await cli.runwright(['approve', key, '--run', 'run-another']);

    expect(other).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('another run') });
    expect(await cli.client.view(key)).toMatchObject({ phase: 'awaiting-confirmation', runId });
    await cli.runwright(['cancel', key]);
  });

  it('names the run it takes from the request', async () => {
    const { key, runId } = await waitingRun();

    const approval = await cli.runwright(['approve', key]);

    expect(approval.stderr).toContain(runId);
    expect(approval.stdout).toContain(`approve of ${runId}`);
  });

  it('by the requester does not count under four eyes: exit code 3', async () => {
    const { key } = await waitingRun(['--requester', 'may-not-approve']);

    const own = await cli.runwright(['approve', key, '--by', 'ann']);

    expect(own).toMatchObject({ code: 3, stderr: expect.stringContaining('asked for the run may not approve') });
    await cli.runwright(['cancel', key]);
  });
});

describe('a pause', () => {
  it('holds an approved run, says so, and lets it go on', async () => {
    const { key, workspace } = await waitingRun();
    await cli.runwright(['pause', '--workspace', workspace, '--by', 'carol', '--reason', 'freeze']);
    await cli.runwright(['approve', key]);
    const held = await waitUntil('the pause to be shown', async () => {
      const view = await cli.client.view(key);
      return view.blocker !== undefined && view;
    });

    await cli.runwright(['resume', '--workspace', workspace, '--by', 'carol']);
    const watched = await cli.runwright(['watch', key, '--json']);

    expect(held.blocker).toMatch(/carol/);
    expect(watched.code).toBe(0);
  });
});

describe('the list', () => {
  it('shows a waiting request with its run and phase', async () => {
    const { key, workspace, runId } = await waitingRun();

    const rows = await waitUntil('the phase to be indexed', async () => {
      const [listed] = (
        await cli.runwright(['list', '--workspace', workspace, '--phase', 'awaiting-confirmation', '--json'])
      ).documents();
      return Array.isArray(listed) && listed.length > 0 && listed;
    });

    expect(rows).toMatchObject([{ id: key, runId, phase: 'awaiting-confirmation', requestedBy: 'ann' }]);
    await cli.runwright(['cancel', key]);
  });
});

describe('a worker that takes times for tests', () => {
  it('says so in its ready line, and the doctor says it of the worker that runs', async () => {
    const diagnosis = await cli.runwright(['doctor']);

    expect(cli.worker.child.readyLine).toMatchObject({
      WARNING: expect.stringMatching(/^RUNWRIGHT_TEST_TIMES=allow: .*FOR TESTS ONLY$/),
    });
    expect(diagnosis.stdout).toMatch(
      /! worker +\d+@\S+ RUNWRIGHT_TEST_TIMES=allow: IT TAKES REQUESTS WHOSE TIMES ARE BELOW WHAT SAFETY RESTS ON/,
    );
  });
});

describe('the doctor', () => {
  it('finds nothing to do where everything is there: exit code 0', async () => {
    const { workspace } = await makeWorkspace(cli.tfe, { workspace: uniqueName('ws') });

    const result = await cli.runwright(['doctor', '--workspace', workspace, '--json']);

    expect(result.documents()).toMatchObject([{ ok: true }]);
    expect(result.code).toBe(0);
  });

  it('takes a run of ours that holds the workspace for what it is, and a lock for a lock', async () => {
    const { key, workspace, runId } = await waitingRun();
    const held = await cli.runwright(['doctor', '--workspace', workspace]);
    await cli.runwright(['cancel', key]);
    await cli.runwright(['watch', key]);
    const api = `${cli.tfe.address}/api/v2`;
    const headers = { authorization: `Bearer ${cli.tfe.token}` };
    const read = await fetch(`${api}/organizations/demo/workspaces/${workspace}`, { headers });
    const { data } = (await read.json()) as { data: { id: string } };
    await fetch(`${api}/workspaces/${data.id}/actions/lock`, { method: 'POST', headers });

    const { lockedBy } = cli.tfe.services.store.workspaces.require(data.id);
    const locked = await cli.runwright(['doctor', '--workspace', workspace]);

    expect(held.stdout).toContain(`${runId} of the request ${key} is under way in it`);
    expect(held.stdout).not.toContain('locked');
    const { username } = cli.tfe.services.store.users.get(lockedBy!.id)!;
    expect(locked.stdout).toMatch(new RegExp(`! workspace +it is locked by ${username}\\b`));
  });

  it('names the workspace that does not exist: exit code 2', async () => {
    const result = await cli.runwright(['doctor', '--workspace', 'nowhere']);

    expect(result).toMatchObject({ code: 2, stdout: expect.stringMatching(/✘ workspace[^]*not exist/) });
  });
});
