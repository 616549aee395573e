import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Configuration, RunMode, RunRequest } from '@runwright/client/contract';
import { parseRunRequest } from '@runwright/client/contract/schema';
import { preflightRefusal, type WorkspaceFacts } from './preflight.ts';

const archive = (...terraformFiles: string[]): Configuration => ({
  kind: 'archive',
  archive: { sha256: 'a'.repeat(64), bytes: 612, files: 2, terraformFiles },
});
const UNLISTED: Configuration = { kind: 'archive', archive: { sha256: 'a'.repeat(64), bytes: 612, files: 2 } };
const CURRENT: Configuration = { kind: 'current' };

function aRequest(mode: RunMode, configuration: Configuration): RunRequest {
  const parsed = parseRunRequest({
    key: 'k',
    organization: 'demo',
    workspace: 'hello',
    requestedBy: 'Ana',
    configuration,
    run: { mode },
  });
  if (parsed.kind === 'refused') throw new Error(parsed.faults.join());
  return parsed.request;
}
const aWorkspace = (facts: Partial<WorkspaceFacts> = {}): WorkspaceFacts => ({
  id: 'ws-1',
  name: 'hello',
  executionMode: 'remote',
  hasVcs: false,
  allowDestroyPlan: true,
  permissions: { queueRun: true, queueApply: true, queueDestroy: true },
  ...facts,
});
const may = (permissions: WorkspaceFacts['permissions']) => ({
  permissions: { queueRun: true, queueApply: true, queueDestroy: true, ...permissions },
});

type Row = [what: string, mode: RunMode, configuration: Configuration, workspace: Partial<WorkspaceFacts>];

describe('a request is run', () => {
  it.each<Row>([
    ['in a remote workspace', 'plan-and-apply', archive(''), {}],
    [
      'in a workspace with auto-apply, on a TFE',
      'plan-and-apply',
      archive(''),
      { autoApply: true, serverApp: 'Terraform Enterprise' },
    ],
    ['plan-only in a workspace with auto-apply', 'plan-only', archive(''), { autoApply: true }],
    ['in an agent workspace', 'plan-and-apply', archive(''), { executionMode: 'agent' }],
    ['on a server that says nothing', 'destroy', archive(''), { permissions: {} }],
    ['plan-only in a workspace on version control', 'plan-only', archive(''), { hasVcs: true }],
    ['on the current configuration of one', 'plan-and-apply', CURRENT, { hasVcs: true }],
    ['on a configuration version of one', 'destroy', { kind: 'configuration-version', id: 'cv-1' }, { hasVcs: true }],
    ['plan-only without the right to apply', 'plan-only', archive(''), may({ queueApply: false, queueDestroy: false })],
    ['as an apply without the right to destroy', 'plan-and-apply', archive(''), may({ queueDestroy: false })],
    ['as an apply where destroy plans are not allowed', 'plan-and-apply', archive(''), { allowDestroyPlan: false }],
    [
      'with its files in the working directory',
      'plan-and-apply',
      archive('infra/prod'),
      { workingDirectory: './infra//prod/' },
    ],
    ['with a working directory that is the root', 'plan-and-apply', archive(''), { workingDirectory: '././' }],
    ['when the archive does not list its files', 'plan-and-apply', UNLISTED, { workingDirectory: 'infra' }],
    ['when the list of its files was cut off', 'plan-and-apply', archive(...Array(100).fill('modules/x')), {}],
  ])('%s', (_what, mode, configuration, workspace) => {
    expect(preflightRefusal(aRequest(mode, configuration), aWorkspace(workspace))).toBeUndefined();
  });
});

describe('a request is refused before anything is created', () => {
  it.each<[...Row, type: string, sentence: RegExp]>([
    [
      'in a workspace with auto-apply, on a server that is not known to be a TFE',
      'plan-and-apply',
      archive(''),
      { autoApply: true },
      'workspace-unsuitable',
      /hello applies every plan by itself.*turn auto-apply off/,
    ],
    [
      'local execution',
      'plan-only',
      archive(''),
      { executionMode: 'local' },
      'workspace-unsuitable',
      /hello has execution mode local.*set it to/,
    ],
    [
      'an archive to apply on version control',
      'plan-and-apply',
      archive(''),
      { hasVcs: true },
      'workspace-unsuitable',
      /version control.*plan-only/,
    ],
    [
      'an archive to destroy on version control',
      'destroy',
      archive(''),
      { hasVcs: true },
      'workspace-unsuitable',
      /version control/,
    ],
    [
      'an archive to refresh on version control',
      'refresh-only',
      archive(''),
      { hasVcs: true },
      'workspace-unsuitable',
      /version control/,
    ],
    [
      'destroy where it is not allowed',
      'destroy',
      CURRENT,
      { allowDestroyPlan: false },
      'workspace-unsuitable',
      /destroy plans/,
    ],
    [
      'no right to plan',
      'plan-only',
      CURRENT,
      may({ queueRun: false }),
      'permission-missing',
      /may not queue runs \(Plan\) in workspace hello/,
    ],
    [
      'no right to apply',
      'plan-and-apply',
      CURRENT,
      may({ queueApply: false }),
      'permission-missing',
      /may not apply runs \(Apply\)/,
    ],
    [
      'no right to apply a refresh',
      'refresh-only',
      CURRENT,
      may({ queueApply: false }),
      'permission-missing',
      /may not apply runs/,
    ],
    [
      'no right to destroy',
      'destroy',
      CURRENT,
      may({ queueDestroy: false }),
      'permission-missing',
      /may not queue destroy runs/,
    ],
    [
      'no right to anything',
      'destroy',
      CURRENT,
      may({ queueRun: false, queueApply: false, queueDestroy: false }),
      'permission-missing',
      /queue runs \(Plan\) nor apply runs \(Apply\) nor queue destroy runs/,
    ],
    [
      'no Terraform file at the root',
      'plan-and-apply',
      archive('modules/x'),
      {},
      'configuration-unusable',
      /at its root/,
    ],
    ['no Terraform file at all', 'plan-only', archive(), {}, 'configuration-unusable', /at its root/],
    [
      'no Terraform file in the working directory',
      'plan-and-apply',
      archive('', 'infra'),
      { workingDirectory: '/infra/prod' },
      'configuration-unusable',
      /in infra\/prod, the working directory of workspace hello/,
    ],
  ])('%s', (_what, mode, configuration, workspace, type, sentence) => {
    expect(preflightRefusal(aRequest(mode, configuration), aWorkspace(workspace))).toEqual({
      type,
      message: expect.stringMatching(sentence),
    });
  });

  it('never for a working directory that the archive lists, however it is written', () => {
    const segment = fc.stringMatching(/^[a-z]{1,6}$/);
    const slashes = fc.constantFrom('/', '//', '/./');
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 4 }),
        slashes,
        fc.constantFrom('', '/', './', '././'),
        (names, slash, prefix) => {
          const workspace = aWorkspace({ workingDirectory: `${prefix}${names.join(slash)}${slash}` });

          expect(preflightRefusal(aRequest('plan-and-apply', archive(names.join('/'))), workspace)).toBeUndefined();
        },
      ),
    );
  });
});
