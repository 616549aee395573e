import { describe, expect, it } from '@jest/globals';
import { replayed } from './client-for-tests.ts';

describe('the documents of today’s TFE', () => {
  it('tell of a run waiting for confirmation, its relations and who made it', async () => {
    const { server, tfe } = await replayed();
    server.reply({
      status: 200,
      json: {
        data: {
          id: 'run-1',
          type: 'runs',
          attributes: {
            status: 'some_status_of_tomorrow',
            'status-timestamps': { 'planned-at': '2026-01-01T00:00:00Z', 'errored-at': null },
            actions: {
              'is-cancelable': true,
              'is-confirmable': true,
              'is-discardable': true,
              'is-force-cancelable': false,
            },
            permissions: { 'can-apply': true, 'can-override-policy-check': false },
            'has-changes': true,
            'plan-only': false,
            'save-plan': false,
            'allow-empty-apply': false,
            'position-in-queue': 0,
            message: 'm',
            'new-attribute': { of: ['tomorrow'] },
          },
          relationships: {
            workspace: { data: { id: 'ws-1', type: 'workspaces' } },
            'configuration-version': { data: { id: 'cv-1', type: 'configuration-versions' } },
            plan: { data: { id: 'plan-1', type: 'plans' } },
            apply: { data: { id: 'apply-1', type: 'applies' } },
            'cost-estimate': { data: null },
            'created-by': { data: { id: 'user-1', type: 'users' } },
            'confirmed-by': { data: { id: 'user-2', type: 'users' } },
            'policy-checks': { data: [{ id: 'polchk-1', type: 'policy-checks' }] },
            'task-stages': { data: [] },
          },
        },
        included: [{ id: 'user-1', type: 'users', attributes: { username: 'ada' } }, { foreign: true }],
      },
    });

    await expect(tfe.runs.read('run-1', { include: ['created_by', 'plan'] })).resolves.toEqual({
      id: 'run-1',
      status: 'some_status_of_tomorrow',
      statusTimestamps: { 'planned-at': '2026-01-01T00:00:00Z' },
      actions: { isConfirmable: true, isDiscardable: true, isCancelable: true, isForceCancelable: false },
      permissions: { canApply: true, canOverridePolicyCheck: false },
      hasChanges: true,
      planOnly: false,
      savePlan: false,
      allowEmptyApply: false,
      positionInQueue: 0,
      message: 'm',
      workspaceId: 'ws-1',
      configurationVersionId: 'cv-1',
      planId: 'plan-1',
      applyId: 'apply-1',
      createdBy: { id: 'user-1', username: 'ada' },
      confirmedBy: { id: 'user-2' },
      policyCheckIds: ['polchk-1'],
      taskStageIds: [],
    });
    expect(server.requests[0]?.path).toBe('/api/v2/runs/run-1?include=created_by%2Cplan');
  });

  it('page lists, and say where the next page is', async () => {
    const { server, tfe } = await replayed();
    server.reply({
      status: 200,
      json: {
        data: [],
        meta: { pagination: { 'current-page': 1, 'next-page': 2, 'total-pages': 2, 'total-count': 21 } },
      },
    });

    await expect(
      tfe.runs.list({
        workspaceId: 'ws-1',
        page: 1,
        pageSize: 20,
        operations: ['plan_only'],
        statusGroup: 'non_final',
        search: '[runwright x]',
      }),
    ).resolves.toEqual({ items: [], nextPage: 2, totalCount: 21 });

    const query = new URLSearchParams(server.requests[0]?.path.split('?')[1]);
    expect(Object.fromEntries(query)).toEqual({
      'page[number]': '1',
      'page[size]': '20',
      'filter[operation]': 'plan_only',
      'filter[status_group]': 'non_final',
      'search[basic]': '[runwright x]',
    });
  });

  it('tell of a workspace and who holds it', async () => {
    const { server, tfe } = await replayed();
    server.reply({
      status: 200,
      json: {
        data: {
          id: 'ws-1',
          attributes: {
            name: 'hello',
            locked: true,
            'locked-reason': '',
            'execution-mode': 'remote',
            'working-directory': '',
            'vcs-repo': { identifier: 'org/repo' },
            'allow-destroy-plan': true,
            permissions: { 'can-queue-run': true, 'can-queue-apply': false },
          },
          relationships: {
            'locked-by': { data: { id: 'run-9', type: 'runs' } },
            'current-run': { data: { id: 'run-9', type: 'runs' } },
          },
        },
      },
    });

    await expect(tfe.workspaces.readByName('demo', 'hello')).resolves.toEqual({
      id: 'ws-1',
      name: 'hello',
      locked: true,
      lockedBy: { id: 'run-9', type: 'runs' },
      executionMode: 'remote',
      isVcsConnected: true,
      allowDestroyPlan: true,
      permissions: { canQueueRun: true, canQueueApply: false },
      currentRunId: 'run-9',
    });
    expect(server.requests[0]?.path).toBe('/api/v2/organizations/demo/workspaces/hello');
  });

  it('give outputs without the values of sensitive ones, until one is asked for by its id', async () => {
    const output = (sensitive: unknown) => ({
      id: 'wsout-1',
      type: 'state-version-outputs',
      attributes: { name: 'password', sensitive, type: 'string', value: 'planted' },
    });
    const { server, tfe } = await replayed();
    server.reply(
      { status: 200, json: { data: [output(true), output(undefined)] } },
      { status: 200, json: { data: output(true) } },
    );

    const { items } = await tfe.stateVersions.outputs('sv-1');

    expect(items).toHaveLength(2);
    expect(JSON.stringify(items)).not.toContain('planted');
    await expect(tfe.stateVersionOutputs.read('wsout-1')).resolves.toMatchObject({
      name: 'password',
      value: 'planted',
    });
  });

  it('tell about the server in the headers of ping', async () => {
    const { server, tfe } = await replayed();
    server.reply({
      status: 204,
      headers: {
        'tfp-api-version': '2.6',
        'tfp-appname': 'Terraform Enterprise',
        'x-tfe-version': 'v202409-1',
        'x-ratelimit-limit': '30',
      },
    });

    await expect(tfe.ping()).resolves.toEqual({
      apiVersion: '2.6',
      appName: 'Terraform Enterprise',
      tfeVersion: 'v202409-1',
      requestsPerSecond: 30,
    });
  });

  it('tell of policy checks and task stages, which are overridden by requests of their own', async () => {
    const { server, tfe } = await replayed();
    server.reply(
      {
        status: 200,
        json: {
          data: {
            id: 'polchk-1',
            attributes: {
              status: 'soft_failed',
              actions: { 'is-overridable': true },
              permissions: { 'can-override': true },
              result: { passed: 1, 'soft-failed': 2 },
            },
          },
        },
      },
      { status: 200, json: { data: {} } },
      {
        status: 200,
        json: { data: [{ id: 'ts-1', attributes: { status: 'awaiting_override', stage: 'post_plan' } }] },
      },
      { status: 200, json: { data: {} } },
    );

    await expect(tfe.policyChecks.read('polchk-1')).resolves.toEqual({
      id: 'polchk-1',
      status: 'soft_failed',
      isOverridable: true,
      canOverride: true,
      result: { passed: 1, softFailed: 2 },
    });
    await tfe.policyChecks.override('polchk-1');
    await expect(tfe.taskStages.listOfRun('run-1')).resolves.toEqual({
      items: [{ id: 'ts-1', status: 'awaiting_override', stage: 'post_plan', isOverridable: true }],
    });
    await tfe.taskStages.override('ts-1', { comment: 'agreed' });

    expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['GET', '/api/v2/policy-checks/polchk-1', ''],
      ['POST', '/api/v2/policy-checks/polchk-1/actions/override', ''],
      ['GET', '/api/v2/runs/run-1/task-stages', ''],
      ['POST', '/api/v2/task-stages/ts-1/actions/override', '{"comment":"agreed"}'],
    ]);
  });
});
