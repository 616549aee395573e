import { describe, expect, it } from '@jest/globals';
import { parseRunRequest } from '@runwright/client/contract/schema';
import { requestFrom, type RunFlags } from './run-flags.ts';

const DEFAULTS = { organization: 'demo', user: 'ann', randomKey: () => 'random-1' };
const requestOf = (flags: Partial<RunFlags> = {}) => requestFrom({ workspace: 'hello', ...flags }, DEFAULTS);

describe('the request of a command line', () => {
  it('takes organization, requester and key from where they are known', () => {
    expect(requestOf()).toMatchObject({
      key: 'random-1',
      organization: 'demo',
      workspace: 'hello',
      requestedBy: 'ann',
    });
  });

  it('lets options win over defaults', () => {
    expect(requestOf({ key: 'k', organization: 'other', requestedBy: 'bob' })).toMatchObject({
      key: 'k',
      organization: 'other',
      requestedBy: 'bob',
    });
  });

  it('is accepted by the contract with every option', () => {
    const request = requestOf({
      configurationVersion: 'cv-abc',
      mode: 'plan-only',
      message: 'why',
      target: ['a.b'],
      replace: ['c.d'],
      var: ['audience="a=b"'],
      refresh: false,
      terraformVersion: '1.11.4',
      allowEmptyApply: true,
      allowConfigGeneration: true,
      debuggingMode: true,
      invokeAction: 'action.x',
      policyPath: ['p'],
      approvers: '2',
      requester: 'may-not-approve',
      confirmedElsewhere: 'interrupt',
      approvalTimeout: '1h',
      queueTimeout: '5m',
      planTimeout: '5m',
      applyTimeout: '1d',
      cancelDuringApply: 'interrupt',
      timing: ['pollMin=200ms'],
    });

    const parsed = parseRunRequest(request);

    expect(parsed).toMatchObject({
      kind: 'accepted',
      request: {
        configuration: { kind: 'configuration-version', id: 'cv-abc' },
        run: { mode: 'plan-only', variables: { audience: '"a=b"' }, refresh: false, debuggingMode: true },
        approval: { approvers: 2, requester: 'may-not-approve', emptyApply: 'approved-in-advance' },
        deadlines: { approvalMs: 3_600_000, applyMs: 86_400_000 },
        timing: { pollMinMs: 200 },
        cancelDuringApply: 'interrupt',
      },
    });
  });

  it.each<[string, Partial<RunFlags>, RegExp]>([
    ['a variable without a value', { var: ['audience'] }, /--var must be NAME=HCL/],
    ['approvers that are no number', { approvers: 'two' }, /--approvers must be a whole number/],
    ['two configurations', { dir: '.', configurationVersion: 'cv-1' }, /exclude each other/],
    ['a deadline that is no duration', { planTimeout: 'soon' }, /--plan-timeout must be a duration/],
  ])('refuses %s', (_what, flags, sentence) => {
    expect(() => requestOf(flags)).toThrow(sentence);
  });

  it('refuses to guess the organization', () => {
    expect(() => requestFrom({ workspace: 'hello' }, { ...DEFAULTS, organization: undefined })).toThrow(
      /TFE_ORGANIZATION/,
    );
  });
});

describe('options that may be a slip', () => {
  it.each<[string, Partial<RunFlags>, RegExp]>([
    ['a directory that is empty text', { dir: '' }, /--dir is empty/],
    ['a workspace that is empty text', { workspace: '' }, /--workspace is empty/],
    ['an organization that is empty text', { organization: '' }, /organization is empty/],
    ['a variable that is given twice', { var: ['a=1', 'b=2', 'a=3'] }, /--var gives "a" twice/],
  ])('%s is refused', (_what, flags, sentence) => {
    expect(() => requestOf(flags)).toThrow(sentence);
  });
});
