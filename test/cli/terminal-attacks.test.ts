import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TerminalCli } from '../support/cli-terminal.ts';
import { makeWorkspace } from '../support/local-tfe.ts';
import { uniqueName } from '../support/temporal.ts';
import { commandLine, SHORT_PAUSES } from './requests-on-a-stack.ts';

const cli = await commandLine();

// A link, hidden text, a turned reading direction, the beginning of the line, and a C1 control sequence.
const ATTACK = '\u001B]8;;https://evil.example\u0007x\u001B[8m\u202E\r\u009B2J';
const IN_HCL = String.raw`\u001b]8;;https://evil.example\u0007x\u001b[8m\u202e\u000d\u009b2J`;
const HOSTILE = `
resource "terraform_data" "one" {
  for_each = toset(["${IN_HCL}"])
}
output "said" {
  value = "${IN_HCL}"
}
`;
/** What arrives where a terminal would obey it. Our own colors, and the line that is drawn over itself, are none of it. */
const OURS = new RegExp(`${'\u001B'}\\[(?:\\d+m|2K|\\d*G|J|0J)`, 'g');
const obeyed = (written: string): string =>
  written
    .replaceAll(OURS, '')
    .replaceAll(/[\t\r\n]/g, '')
    .replaceAll(/[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');

describe('text from outside in a terminal', () => {
  const workspace = uniqueName('ws');
  const key = uniqueName('key');

  beforeAll(async () => {
    await makeWorkspace(cli.tfe, { workspace });
    const dir = cli.directory({ 'main.tf': HOSTILE });
    const args = ['run', '--workspace', workspace, '--dir', dir, '--key', key, '--message', `why ${ATTACK}`];
    await cli.runwright([...args, '--json', ...SHORT_PAUSES]);
    for await (const { phase, runId, plannedChanges } of cli.client.watch(key)) {
      if (phase !== 'awaiting-confirmation' || plannedChanges === undefined) continue;
      await cli.client.approve(key, { runId: runId!, by: 'ben', comment: `fine ${ATTACK}` });
      break;
    }
    await cli.client.result(key);
  });

  const seen = async (terminal: TerminalCli): Promise<string> => (await terminal.ended()).written;

  it.each([
    ['show', () => ['show', key]],
    ['show --all', () => ['show', key, '--all']],
    ['show --json', () => ['show', key, '--json']],
    ['watch', () => ['watch', key]],
    ['watch --json', () => ['watch', key, '--json']],
    ['outputs', () => ['outputs', key]],
    ['outputs --json', () => ['outputs', key, '--json']],
    ['outputs --reveal', () => ['outputs', key, '--reveal', 'said']],
    ['list --tfe', () => ['list', '--tfe', '--workspace', workspace]],
    ['logs', () => ['logs', key]],
    ['logs --raw', () => ['logs', key, '--raw']],
    ['an error about it', () => ['outputs', key, '--reveal', ATTACK]],
    ['an unknown option', () => ['show', key, `--${ATTACK}`]],
  ])('is spelled out and not obeyed: %s', async (_command, args) => {
    const written = await seen(cli.inTerminal(args()));

    expect(obeyed(written)).toBe('');
    expect(written).toContain(String.raw`\u001b]8;;h`);
  });

  it('keeps its value in JSON, and for a program that reads an output', async () => {
    const json = await cli.runwright(['outputs', key, '--json']);
    const revealed = await cli.runwright(['outputs', key, '--reveal', 'said']);

    expect(json.documents()).toMatchObject([{ said: { value: ATTACK } }]);
    expect(json.stdout).toMatch(/^[ -~]+\n$/);
    expect(revealed.stdout).toBe(`${ATTACK}\n`);
  });
});
