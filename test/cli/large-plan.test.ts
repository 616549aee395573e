import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { linesOn } from '../support/cli-terminal.ts';
import { AFTER, BEFORE, DATABASE, NODES } from '../support/large-plan.ts';
import { makeWorkspace } from '../support/local-tfe.ts';
import { uniqueName } from '../support/temporal.ts';
import { commandLine, SHORT_PAUSES } from './requests-on-a-stack.ts';

// Three hundred resources are planned and applied by real terraform, twice.
jest.setTimeout(180_000);

const cli = await commandLine();

describe('a plan with 300 changes, of which one deletes a database', () => {
  const workspace = uniqueName('ws');
  const key = uniqueName('github-1234567890-attempt-1');
  let runId = '';

  beforeAll(async () => {
    await makeWorkspace(cli.tfe, { workspace });
    const first = uniqueName('key');
    await start(first, BEFORE);
    await cli.client.approve(first, { runId: await waiting(first), by: 'ben' });
    await cli.client.result(first);
    await start(key, AFTER, ['--var', 'audience="world"']);
    runId = await waiting(key);
  });

  const start = async (name: string, files: Record<string, string>, extra: string[] = []): Promise<void> => {
    const dir = cli.directory(files);
    const args = ['run', '--workspace', workspace, '--dir', dir, '--key', name, '--requested-by', 'ann', '--json'];
    const { code, stderr } = await cli.runwright([...args, ...extra, ...SHORT_PAUSES]);
    if (code !== 0) throw new Error(stderr);
  };

  const waiting = async (name: string): Promise<string> => {
    for await (const view of cli.client.watch(name)) {
      if (view.phase === 'awaiting-confirmation' && view.plannedChanges !== undefined) return view.runId!;
    }
    throw new Error(`${name} ended before its run waited for people`);
  };

  /** The list of changes: the lines that begin with a sign. */
  const listed = (lines: string[]): string[] =>
    lines.map((line) => line.trim()).filter((line) => /^[-+~±] /.test(line));

  it('is shown with the deletion first, in 80 columns', async () => {
    // What is copied, addresses and commands with a key, is never cut or wrapped.
    const { written } = await cli.inTerminal(['show', key]).ended();
    const lines = linesOn(written);

    expect(listed(lines)[0]).toBe(`- ${DATABASE}`);
    expect(lines.join('\n')).toMatch(
      new RegExp(`… and ${NODES - 20} more: ${NODES - 20} to change \\(terraform_data\\)`),
    );
    expect(lines.join(' ')).toContain('audience = "world"');
    expect(
      Math.max(...lines.filter((line) => !line.includes('http') && !line.includes(key)).map((line) => line.length)),
    ).toBeLessThanOrEqual(80);
  });

  it('is listed whole by "show --all"', async () => {
    const { code, stdout } = await cli.runwright(['show', key, '--all']);
    const lines = listed(stdout.split('\n'));

    expect(code).toBe(0);
    expect(lines[0]).toBe(`- ${DATABASE}`);
    expect(lines).toHaveLength(NODES + 1);
  });

  it.each<[string, () => string[]]>([
    ['approve', () => []],
    ['approve --run', () => ['--run', runId]],
  ])(
    'is printed by "%s" in a terminal, the deletion first, and its destruction stands in the question',
    async (_what, run) => {
      const terminal = cli.inTerminal(['approve', key, ...run()]);
      await terminal.shows(/\[y\/N\]/);
      const asked = linesOn(terminal.written());

      terminal.types('n\r');
      const { code, written } = await terminal.ended();

      expect(listed(asked)[0]).toBe(`- ${DATABASE}`);
      expect(asked.at(-1)).toBe(`Approve ${runId}, which DESTROYS 1 resource? [y/N]`);
      expect(linesOn(written).join('\n')).toContain('nothing was sent');
      expect(code).toBe(3);
      expect((await cli.client.view(key)).approval.decisions).toEqual([]);
    },
  );
});
