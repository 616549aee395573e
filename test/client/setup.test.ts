import { describe, expect, it } from '@jest/globals';
import { RunwrightClient } from '@runwright/client';
import { connectTemporal, type TemporalAccess } from '@runwright/client/temporal';
import { inspectTemporal } from '../../src/temporal/doctor.ts';
import { REQUIRED_ATTRIBUTES } from '../../src/temporal/required-attributes.ts';
import { setUpTemporal } from '../../src/temporal/setup.ts';
import { freeLoopbackPort } from '../../src/stack/loopback-ports.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';
import { newRequest, TFE_ADDRESS } from './requests.ts';

async function withAccess<T>(namespace: string, use: (temporal: TemporalAccess) => Promise<T>): Promise<T> {
  const temporal = await connectTemporal({ address: temporalAddress(), namespace, environment: {} });
  try {
    return await use(temporal);
  } finally {
    await temporal.close();
  }
}

const clientOf = (temporal: TemporalAccess) =>
  RunwrightClient.fromTemporalClient(temporal.client, { tfeAddress: TFE_ADDRESS });

const register = (temporal: TemporalAccess) =>
  temporal.workflowService.registerNamespace({
    namespace: temporal.namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });

describe('the set-up', () => {
  it('makes a namespace in which a request can be started at once, and changes nothing when repeated', async () => {
    await withAccess(uniqueName('setup'), async (temporal) => {
      const first = await setUpTemporal(temporal);
      const started = await clientOf(temporal).start(newRequest());
      const second = await setUpTemporal(temporal);

      expect(first.namespace).toMatchObject({ state: 'created', retentionDays: 30 });
      expect(first.searchAttributes.map(({ state }) => state)).toEqual(Array(9).fill('added'));
      expect(started.started).toBe('new');
      expect(second.namespace.state).toBe('present');
      expect(second.searchAttributes.map(({ state }) => state)).toEqual(Array(9).fill('present'));
    });
  });

  it('keeps where the Temporal UI is, for the links of clients that are told nothing', async () => {
    await withAccess(uniqueName('links'), async (temporal) => {
      const ui = 'https://ui.example.com';
      const first = await setUpTemporal(temporal, { temporalUi: ui });
      const again = await setUpTemporal(temporal, { temporalUi: ui });
      const { url } = await clientOf(temporal).start(newRequest());

      expect(first.temporalUi).toEqual({ address: ui, state: 'stored' });
      expect(again.temporalUi).toEqual({ address: ui, state: 'present' });
      expect(url).toMatch(/^https:\/\/ui\.example\.com\/namespaces\/links/);
    });
  });

  it('refuses a namespace that uses one of the names for something else', async () => {
    await withAccess(uniqueName('taken'), async (temporal) => {
      await setUpNamespaceWith(temporal, { TfePhase: 3 });

      await expect(setUpTemporal(temporal)).rejects.toMatchObject({
        kind: 'search-attributes-conflict',
        message: expect.stringContaining('TfePhase is needed as Keyword'),
      });
    });
  });
});

describe('a namespace that an older version set up', () => {
  it('says what to run where an outcome is asked for, and what is missing to the doctor', async () => {
    await withAccess(uniqueName('older'), async (temporal) => {
      const { TfeOutcome: _new, ...older } = Object.fromEntries(
        REQUIRED_ATTRIBUTES.map(({ name, code }) => [name, code]),
      );
      await setUpNamespaceWith(temporal, older);

      const found = clientOf(temporal).list({ outcome: ['applied'] });

      await expect(found).rejects.toMatchObject({
        kind: 'search-attributes-missing',
        message: expect.stringMatching(/\(TfeOutcome\): run "runwright setup" once/),
      });
      const { checks } = await inspectTemporal(temporal, { tfeAddress: TFE_ADDRESS });
      expect(checks).toContainEqual({
        name: 'search-attributes',
        state: 'failed',
        found: 'missing: TfeOutcome (Keyword)',
        todo: 'run "runwright setup" once',
      });
      await setUpTemporal(temporal);
      expect(await clientOf(temporal).list({ outcome: ['applied'] })).toEqual([]);
    });
  });
});

describe('a namespace that is not set up', () => {
  it('refuses a request with one sentence, and starts nothing', async () => {
    await withAccess(uniqueName('bare'), async (temporal) => {
      await setUpNamespaceWith(temporal, {});

      await expect(clientOf(temporal).start(newRequest())).rejects.toMatchObject({
        kind: 'search-attributes-missing',
        message: expect.stringContaining('runwright setup'),
      });
    });
  });

  it('is named when it does not exist', async () => {
    await withAccess('no-such-namespace', async (temporal) => {
      await expect(clientOf(temporal).start(newRequest())).rejects.toMatchObject({
        kind: 'namespace-not-found',
        namespace: 'no-such-namespace',
      });
    });
  });
});

describe('the diagnosis', () => {
  it('says what is missing and what to do', async () => {
    await withAccess(uniqueName('sick'), async (temporal) => {
      await setUpNamespaceWith(temporal, {});

      const { checks, ours } = await inspectTemporal(temporal, { tfeAddress: TFE_ADDRESS });

      expect(ours?.installation).toMatch(/^[0-9a-f]{8}$/);
      expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
        'temporal ok',
        'namespace warning',
        'search-attributes failed',
        'worker failed',
      ]);
      expect(checks.filter(({ todo }) => todo === undefined).map(({ name }) => name)).toEqual(['temporal']);
    });
  });

  it('stops at a namespace that does not exist', async () => {
    await withAccess('no-such-namespace', async (temporal) => {
      const { checks } = await inspectTemporal(temporal, { tfeAddress: TFE_ADDRESS });

      expect(checks.at(-1)).toMatchObject({ name: 'namespace', state: 'failed' });
    });
  });
});

describe('a Temporal that does not answer', () => {
  it('is named with its address, in seconds', async () => {
    const address = `127.0.0.1:${await freeLoopbackPort()}`;

    const connecting = RunwrightClient.connect({ temporal: { address, environment: {} }, tfeAddress: TFE_ADDRESS });

    await expect(connecting).rejects.toMatchObject({ kind: 'temporal-unreachable', address });
  });
});

/** A namespace as somebody else made it, ready to be used. */
async function setUpNamespaceWith(temporal: TemporalAccess, searchAttributes: Record<string, number>): Promise<void> {
  await register(temporal);
  const { namespace } = temporal;
  if (Object.keys(searchAttributes).length === 0) return;
  await temporal.operatorService.addSearchAttributes({ namespace, searchAttributes });
}
