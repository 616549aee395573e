import { afterEach, describe, expect, it } from '@jest/globals';
import { makeWorkspace } from '../support/local-tfe.ts';
import { uniqueName } from '../support/temporal.ts';
import { commandLine } from './requests-on-a-stack.ts';

const cli = await commandLine({ engine: 'simulated' });

afterEach(() => cli.tfe.faults.clear());

describe.each([
  { how: 'is lost', fault: { fault: 'drop-before-commit' } },
  { how: 'is a 502 of whatever stands before TFE', fault: { fault: 'error-before-commit', status: 502 } },
] as const)('an answer to the first question that $how', ({ fault }) => {
  it('is asked for again: the request is started', async () => {
    const { workspace } = await makeWorkspace(cli.tfe, { workspace: uniqueName('ws') });
    const key = uniqueName('key');
    cli.tfe.faults.add({ match: 'GET /ping', ...fault });

    const run = await cli.runwright(['run', '--workspace', workspace, '--key', key, '--patience', '20s']);
    await cli.runwright(['cancel', key]);

    expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(/TFE ping: .*, asking again/) });
  });

  it('is asked for again: the doctor finds TFE', async () => {
    cli.tfe.faults.add({ match: 'GET /ping', ...fault });

    const { code, stdout } = await cli.runwright(['doctor']);

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/✔ tfe /) });
  });
});

describe('a TFE that stays away', () => {
  it('is given up after the patience, and nothing is started: exit code 5', async () => {
    cli.tfe.faults.add({ match: 'GET /ping', fault: 'error-before-commit', status: 502, times: null });
    const key = uniqueName('key');

    const run = await cli.runwright(['run', '--workspace', 'any', '--key', key, '--patience', '2s']);

    expect(run.code).toBe(5);
    expect((await cli.runwright(['show', key])).code).toBe(2);
  });
});
