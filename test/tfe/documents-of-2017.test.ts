import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { replayed } from './client-for-tests.ts';

const recorded = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`./documents/${name}.json`, import.meta.url), 'utf8'));

describe('the documents of 2017', () => {
  it('tell of a created run', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 201, json: await recorded('beta-run-created') });

    await expect(tfe.runs.create({ workspaceId: 'ws-LLGHCr4SWy28wyGN', refresh: false })).resolves.toEqual({
      id: 'run-DQGdmrWMX8z9yWQB',
      status: 'pending',
      statusTimestamps: {},
      actions: { isConfirmable: false, isDiscardable: false, isCancelable: false, isForceCancelable: false },
      permissions: {},
      autoApply: false,
      isDestroy: false,
      message: 'Run from QUEUE PLAN',
      source: 'configuration_version',
      terraformVersion: '0.10.3',
    });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      data: {
        type: 'runs',
        attributes: { refresh: false },
        relationships: { workspace: { data: { type: 'workspaces', id: 'ws-LLGHCr4SWy28wyGN' } } },
      },
    });
  });

  it('tell of listed runs what may be done, through the same field as today’s', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 200, json: await recorded('beta-run-list') });

    await expect(tfe.runs.list({ workspaceId: 'ws-yF7z4gyEQRhaCNG9' })).resolves.toEqual({
      items: [
        {
          id: 'run-bWSq4YeYpfrW4mx7',
          status: 'planned',
          statusTimestamps: { 'planned-at': '2017-11-28T22:52:51+00:00' },
          actions: { isConfirmable: true, isDiscardable: true, isCancelable: false, isForceCancelable: false },
          permissions: { canApply: true, canCancel: true, canDiscard: true, canForceExecute: true },
          hasChanges: true,
          autoApply: false,
          isDestroy: false,
          message: '',
          source: 'tfe-configuration-version',
          terraformVersion: '0.11.0',
          createdAt: '2017-11-28T22:52:46.711Z',
        },
      ],
    });
    expect(server.requests[0]?.path).toBe('/api/v2/workspaces/ws-yF7z4gyEQRhaCNG9/runs');
  });
});
