import { describe, expect, it } from '@jest/globals';
import type { FailureFacts } from '@runwright/client/contract';
import { TfeError } from '../../tfe/http/tfe-error.ts';
import type { CliConfig } from '../cli-config.ts';
import type { CliDeps } from '../cli-deps.ts';
import { showFailureLog } from './failure-log.ts';

const FACTS: FailureFacts = {
  changed: 'unknown',
  applyId: 'apply-1',
  errors: [{ summary: 'Client Error', address: 'a.b\u001B[2J' }, { summary: 'quota exceeded' }],
};

async function shown(facts: FailureFacts, more: { hasToken: boolean; error?: unknown }): Promise<string> {
  let text = '';
  const config = () => (more.hasToken ? { tfe: {} } : {}) as CliConfig;
  const withTfe: CliDeps['withTfe'] = async () => {
    throw more.error;
  };
  const err = { write: (written: string) => (text += written) };
  await showFailureLog({ kind: 'failed', type: 'apply-errored', message: '', facts }, 'deploy-42', {
    err,
    config,
    withTfe,
  });
  return text;
}

describe('the log of a failure', () => {
  it('is not asked for without a token: the summaries are shown, and how to see the rest', async () => {
    const text = await shown(FACTS, { hasToken: false });

    expect(text.split('\n').map((line) => line.trim())).toEqual([
      String.raw`Client Error, with a.b\u001b[2J`,
      'quota exceeded',
      'its log is read with your own TFE_TOKEN: runwright logs deploy-42 --of apply',
      '',
    ]);
  });

  it.each([
    [
      'TFE refuses it',
      new TfeError('not-found', 'read apply', { status: 404 }),
      /read apply.*the token may not see it/,
    ],
    ['something else is wrong', new Error('planted-body'), /TFE could not be asked/],
  ])('that cannot be read because %s changes nothing about the ending', async (_, error, why) => {
    const text = await shown(FACTS, { hasToken: true, error });

    expect(text).toMatch(/Client Error/);
    expect(text).toMatch(why);
    expect(text).toContain('runwright logs deploy-42 --of apply');
    expect(text).not.toContain('planted-body');
  });

  it('is not spoken of where no plan and no apply failed', async () => {
    expect(await shown({ changed: 'nothing' }, { hasToken: true })).toBe('');
  });
});
