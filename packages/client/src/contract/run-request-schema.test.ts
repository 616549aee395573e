import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRunRequest, requestKey } from './run-request-schema.ts';

const LEAST = { key: 'demo-1', organization: 'demo', workspace: 'hello', requestedBy: 'Ana' };
const ARCHIVE = { sha256: '0'.repeat(64), bytes: 612, files: 2 };

function faultsOf(value: unknown): string[] {
  const parsed = parseRunRequest(value);
  return parsed.kind === 'refused' ? parsed.faults : [];
}

describe('a request', () => {
  it('needs a key, a workspace and a person; everything else has a default', () => {
    expect(parseRunRequest(LEAST)).toEqual({
      kind: 'accepted',
      request: {
        ...LEAST,
        configuration: { kind: 'current' },
        run: { mode: 'plan-and-apply' },
        approval: {
          approvers: 1,
          requester: 'may-approve',
          emptyApply: 'refused',
          confirmedElsewhere: 'finish',
        },
        deadlines: { approvalMs: 86_400_000 },
        timing: {
          commitWindowMs: 25_000,
          pollMinMs: 1_000,
          pollWorkingMaxMs: 15_000,
          pollPeopleMaxMs: 900_000,
          pollRefusedMs: 60_000,
          goneMs: 86_400_000,
          cleanupMs: 1_800_000,
          actionSettlesMs: 30_000,
        },
        cancelDuringApply: 'finish',
      },
    });
  });

  it('keeps what was given beside the defaults', () => {
    const parsed = parseRunRequest({ ...LEAST, approval: { approvers: 2 }, deadlines: { planMs: 5 } });

    expect(parsed).toMatchObject({
      request: {
        approval: { approvers: 2, requester: 'may-approve' },
        deadlines: { planMs: 5, approvalMs: 86_400_000 },
      },
    });
  });

  it.each([
    [{ kind: 'current' }],
    [{ kind: 'configuration-version', id: 'cv-9fJ2' }],
    [{ kind: 'archive', archive: ARCHIVE }],
    [{ kind: 'archive', archive: { ...ARCHIVE, terraformFiles: ['', 'infra'] } }],
  ])('takes the configuration %j as it is', (configuration) => {
    expect(parseRunRequest({ ...LEAST, configuration })).toMatchObject({ request: { configuration } });
  });

  it('reads the same with a field absent or undefined, and once more after it was accepted', () => {
    const absent = parseRunRequest(LEAST);
    const asUndefined = parseRunRequest({ ...LEAST, run: { message: undefined }, deadlines: { planMs: undefined } });

    expect(JSON.stringify(asUndefined)).toBe(JSON.stringify(absent));
    expect(absent.kind === 'accepted' && parseRunRequest(absent.request)).toEqual(absent);
  });
});

describe('a refused request', () => {
  it.each<[string, unknown, string]>([
    ['text', 'demo', 'request'],
    ['a list', [LEAST], 'request'],
    ['no key', { ...LEAST, key: undefined }, 'key'],
    ['a key with a blank', { ...LEAST, key: 'a b' }, 'key'],
    ['an organization with a slash', { ...LEAST, organization: 'a/b' }, 'organization'],
    ['a workspace with a blank', { ...LEAST, workspace: 'a b' }, 'workspace'],
    ['nobody', { ...LEAST, requestedBy: '' }, 'requestedBy'],
    ['a name that hides a sign', { ...LEAST, requestedBy: 'Ana\u200b' }, 'requestedBy'],
    ['a name on two lines', { ...LEAST, requestedBy: 'Ana\nBen' }, 'requestedBy'],
    ['an unknown field', { ...LEAST, autoApply: true }, 'request'],
    ['an unknown field of the run', { ...LEAST, run: { isDestroy: true } }, 'run'],
    ['an unknown field of the policy', { ...LEAST, approval: { skip: true } }, 'approval'],
    ['an unknown field of the deadlines', { ...LEAST, deadlines: { plan: 1 } }, 'deadlines'],
    ['an unknown field of the timing', { ...LEAST, timing: { poll: 1 } }, 'timing'],
    [
      'an unknown field of the archive',
      { ...LEAST, configuration: { kind: 'archive', archive: { ...ARCHIVE, url: 'x' } } },
      'configuration.archive',
    ],
    ['an unknown mode', { ...LEAST, run: { mode: 'apply' } }, 'run.mode'],
    ['an unknown configuration', { ...LEAST, configuration: { kind: 'git' } }, 'configuration.kind'],
    [
      'a run where a configuration belongs',
      { ...LEAST, configuration: { kind: 'configuration-version', id: 'run-1' } },
      'configuration.id',
    ],
    [
      'a digest that is none',
      { ...LEAST, configuration: { kind: 'archive', archive: { ...ARCHIVE, sha256: 'ABC' } } },
      'configuration.archive.sha256',
    ],
    ['no approver', { ...LEAST, approval: { approvers: 0 } }, 'approval.approvers'],
    ['eleven approvers', { ...LEAST, approval: { approvers: 11 } }, 'approval.approvers'],
    ['half an approver', { ...LEAST, approval: { approvers: 1.5 } }, 'approval.approvers'],
    ['a deadline of nothing', { ...LEAST, deadlines: { approvalMs: 0 } }, 'deadlines.approvalMs'],
    ['a deadline beyond a year', { ...LEAST, deadlines: { queueMs: 4e10 } }, 'deadlines.queueMs'],
    ['a pause of nothing', { ...LEAST, timing: { pollMinMs: 0 } }, 'timing.pollMinMs'],
    ['a variable that is no HCL literal', { ...LEAST, run: { variables: { count: 1 } } }, 'run.variables.count'],
    ['two actions', { ...LEAST, run: { invokeActions: ['a', 'b'] } }, 'run.invokeActions'],
    ['a Terraform version to apply with', { ...LEAST, run: { terraformVersion: '1.11.4' } }, 'run.terraformVersion'],
    ['targets of a refresh', { ...LEAST, run: { mode: 'refresh-only', targets: ['a.b'] } }, 'run.mode'],
    ['an empty apply that the policy refuses', { ...LEAST, run: { allowEmptyApply: true } }, 'run.allowEmptyApply'],
    ['a saved plan that is plan-only', { ...LEAST, run: { mode: 'plan-only', savePlan: true } }, 'run.savePlan'],
  ])('says in one line where it is wrong: %s', (_what, value, path) => {
    const faults = faultsOf(value);

    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^[A-Za-z0-9.]+: \S.*$/);
    expect(faults[0]!.split(': ')[0]).toBe(path);
  });

  const long = (start: string, bytes: number) => start.padEnd(bytes, 'x');
  const many = (count: number, bytes: number) => Array.from({ length: count }, (_, index) => long(`a.${index}`, bytes));
  const variables = (count: number, bytes: number) =>
    Object.fromEntries(many(count, bytes).map((value, index) => [`v${index}`, value]));
  it.each([
    ['variables', { run: { variables: variables(5, 60_000) } }, 'run.variables'],
    [
      'names of variables',
      { run: { variables: Object.fromEntries(many(1_100, 250).map((name) => [name, ''])) } },
      'run.variables',
    ],
    ['targets, with all other lists', { run: { targets: many(200, 900), replace: many(100, 900) } }, 'run.targets'],
    [
      'files of the archive',
      { configuration: { kind: 'archive', archive: { ...ARCHIVE, terraformFiles: many(100, 3_000) } } },
      'configuration.archive.terraformFiles',
    ],
    [
      'characters of more than one byte',
      { run: { variables: { a: '€'.repeat(60_000), b: '€'.repeat(40_000) } } },
      'run.variables',
    ],
  ])('refuses more than 256 KiB in one request, and names what is the largest part: %s', (_what, facts, path) => {
    expect(faultsOf({ ...LEAST, ...facts })).toEqual([
      expect.stringMatching(
        new RegExp(`^${path}: the request has \\d+ bytes as JSON, \\d+ of them here: 262144 are possible$`),
      ),
    ]);
  });

  it('takes variables of 250 KB', () => {
    expect(faultsOf({ ...LEAST, run: { variables: variables(5, 50_000) } })).toEqual([]);
  });

  it('names every fault at once', () => {
    expect(
      faultsOf({ key: 'a b', organization: 'a/b', workspace: 'hello', requestedBy: 'Ana', run: { mode: 'x' } }),
    ).toEqual([
      expect.stringMatching(/^key: /),
      expect.stringMatching(/^organization: /),
      expect.stringMatching(/^run\.mode: /),
    ]);
  });

  it.each([
    [{ approval: { approvers: 11 } }, 'approval.approvers: is 11, it must be at most 10'],
    [{ approval: { approvers: 1.5 } }, 'approval.approvers: is 1.5, it must be a whole number'],
    [{ timing: { pollMinMs: 0 } }, 'timing.pollMinMs: is 0, it must be at least 1'],
    [{ deadlines: { queueMs: 4e10 } }, 'deadlines.queueMs: is 40000000000, it must be at most 31622400000'],
    [{ run: { message: 'x'.repeat(5_001) } }, 'run.message: has 5001 characters, it must have at most 5000'],
    [{ run: { targets: many(201, 10) } }, 'run.targets: has 201 entries, it must have at most 200'],
    [
      { configuration: { kind: 'archive', archive: { ...ARCHIVE, files: 0 } } },
      'configuration.archive.files: is 0, it must be more than 0',
    ],
  ])('names the bound, and how much it is instead: %j', (facts, fault) => {
    expect(faultsOf({ ...LEAST, ...facts })).toEqual([fault]);
  });

  it('never shows a value, which may be a secret', () => {
    const planted = {
      ...LEAST,
      run: { variables: { password: 7_777_777 }, message: 7_777_777 },
      key: 'planted secret',
    };

    expect(faultsOf(planted).join()).not.toMatch(/7777777|planted/);
  });
});

describe('parsing', () => {
  const almost = fc
    .record(
      {
        configuration: fc.anything(),
        run: fc.anything(),
        approval: fc.anything(),
        deadlines: fc.anything(),
        timing: fc.anything(),
        cancelDuringApply: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map((facts) => ({ ...LEAST, ...facts }));

  it('answers for any value: a request that survives JSON, or at least one fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), almost), (value) => {
        const parsed = parseRunRequest(value);

        if (parsed.kind === 'refused') expect(parsed.faults.length).toBeGreaterThan(0);
        else expect(JSON.parse(JSON.stringify(parsed.request))).toEqual(parsed.request);
      }),
    );
  });

  it('takes exactly the keys of 1 to 200 letters, digits, dots, underscores and dashes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9._-]{1,220}\n?$/)), (key) => {
        const allowed =
          key.length >= 1 && key.length <= 200 && [...key].every((character) => /[A-Za-z0-9._-]/.test(character));

        expect(requestKey.safeParse(key).success).toBe(allowed);
      }),
    );
  });
});
