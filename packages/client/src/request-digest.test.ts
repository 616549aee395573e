import { describe, expect, it } from '@jest/globals';
import { parseRunRequest } from './contract/run-request-schema.ts';
import type { RunRequest, RunRequestInput } from './contract/run-request.ts';
import { canonicalJson, differencesOf, digestOf } from './request-digest.ts';

const archive = { sha256: 'a'.repeat(64), bytes: 612, files: 2, terraformFiles: [''] };
const BASE: RunRequestInput = {
  key: 'demo-1',
  organization: 'demo',
  workspace: 'hello',
  configuration: { kind: 'archive', archive },
  run: { message: 'say hello', variables: { audience: '"world"' } },
  requestedBy: 'ann',
};

const requestOf = (changes: Partial<RunRequestInput> = {}): RunRequest => {
  const parsed = parseRunRequest({ ...BASE, ...changes });
  if (parsed.kind === 'refused') throw new Error(parsed.faults.join('; '));
  return parsed.request;
};

describe('the digest of a request', () => {
  it('does not depend on the order in which fields are written', () => {
    const turned = Object.fromEntries(Object.entries(requestOf()).toReversed()) as unknown as RunRequest;

    expect(digestOf(turned)).toBe(digestOf(requestOf()));
  });

  it('is the same whether a default is written or left out', () => {
    expect(digestOf(requestOf({ approval: { approvers: 1 } }))).toBe(digestOf(requestOf()));
  });

  it.each<[string, Partial<RunRequestInput>]>([
    ['the pauses of the workflow', { timing: { pollMinMs: 50 } }],
    [
      'what is told about the same archive',
      { configuration: { kind: 'archive', archive: { sha256: archive.sha256, bytes: 612, files: 2 } } },
    ],
  ])('does not depend on %s', (_what, changes) => {
    expect(digestOf(requestOf(changes))).toBe(digestOf(requestOf()));
    expect(differencesOf(requestOf(), requestOf(changes))).toEqual([]);
  });

  it('goes by what is in the archive where that is told, not by how it was compressed', () => {
    const withArchive = (changes: Partial<typeof archive & { contentsSha256: string }>) =>
      requestOf({ configuration: { kind: 'archive', archive: { ...archive, ...changes } } });
    const contentsSha256 = 'c'.repeat(64);
    const ours = withArchive({ contentsSha256 });

    expect(digestOf(withArchive({ contentsSha256, sha256: 'b'.repeat(64), bytes: 600 }))).toBe(digestOf(ours));
    expect(digestOf(withArchive({ contentsSha256: 'd'.repeat(64) }))).not.toBe(digestOf(ours));
  });

  it.each<[string, Partial<RunRequestInput>]>([
    ['the archive', { configuration: { kind: 'archive', archive: { ...archive, sha256: 'b'.repeat(64) } } }],
    ['the mode', { run: { ...BASE.run, mode: 'destroy' } }],
    ['a variable', { run: { ...BASE.run, variables: { audience: '"moon"' } } }],
    ['the approval policy', { approval: { approvers: 2 } }],
    ['the requester', { requestedBy: 'bob' }],
    ['a deadline', { deadlines: { planMs: 1_000 } }],
  ])('changes with %s', (_what, changes) => {
    expect(digestOf(requestOf(changes))).not.toBe(digestOf(requestOf()));
  });
});

describe('the differences of two requests', () => {
  it('name the field, the old and the new value', () => {
    const after = requestOf({ run: { ...BASE.run, variables: { audience: '"moon"', greeting: '"hi"' } } });

    expect(differencesOf(requestOf(), after)).toEqual([
      { path: 'run.variables.audience', before: '"\\"world\\""', after: '"\\"moon\\""' },
      { path: 'run.variables.greeting', before: '(not set)', after: '"\\"hi\\""' },
    ]);
  });

  it('cut long values', () => {
    const [difference] = differencesOf(requestOf(), requestOf({ run: { ...BASE.run, message: 'x'.repeat(4_000) } }));

    expect(difference?.after).toHaveLength(81);
  });

  it('are at most ten', () => {
    const variables = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`name${index}`, '1']));

    expect(differencesOf(requestOf(), requestOf({ run: { ...BASE.run, variables } }))).toHaveLength(10);
  });
});

describe('canonical JSON', () => {
  it('orders keys at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 1], a: undefined })).toBe('{"b":[{"c":2,"d":1},1]}');
  });
});
