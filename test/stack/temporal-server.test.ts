import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { openStack, type Stack } from '../../src/stack/stack.ts';
import { findTemporal } from '../../src/stack/temporal/temporal-program.ts';
import { startTemporal, type TemporalServer } from '../../src/stack/temporal/temporal-server.ts';
import { uniqueName } from '../support/temporal.ts';

describe('a Temporal server on a database file', () => {
  let directory: string;
  let stack: Stack;
  let temporal: TemporalServer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'runwright-temporal-'));
    stack = openStack({ directory, environment: process.env });
    temporal = await startTemporal(stack, {
      program: (await findTemporal(process.env)).path,
      database: { kind: 'file', path: join(directory, 'temporal', 'temporal.db') },
      ui: 'headless',
      searchAttributes: { TfeKey: 'Keyword' },
    });
  });

  afterAll(async () => {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('keeps closed workflows for 30 days', async () => {
    const connection = await Connection.connect({ address: temporal.address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: temporal.namespace });
    await connection.close();

    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 60 * 60);
  });

  it('remembers workflows and search attributes when it is killed and started again', async () => {
    const workflowId = uniqueName('survives');
    await withClient(temporal, (client) =>
      client.workflow.start('anything', {
        workflowId,
        taskQueue: 'nobody',
        searchAttributes: { TfeKey: ['key-1'] },
      }),
    );

    await temporal.kill();
    await temporal.restart();

    const description = await withClient(temporal, (client) => client.workflow.getHandle(workflowId).describe());
    expect(description.status.name).toBe('RUNNING');
    expect(description.searchAttributes['TfeKey']).toEqual(['key-1']);
  });
});

async function withClient<T>(temporal: TemporalServer, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
