import { describe, expect, it } from '@jest/globals';
import { createRequestShare } from '../../src/client/request-share.ts';
import { connectTemporal } from '../../src/client/temporal-access.ts';
import { activityQueuesOf } from '../../src/contract/names.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { taskQueueRate } from '../support/task-queue-rate.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const LONGER_THAN_THE_TEST_MS = 3_600_000;

async function newShare(loweredForMs: number) {
  const temporal = await connectTemporal({ address: temporalAddress(), namespace: 'default', environment: {} });
  closeAfterTests(() => temporal.close());
  const taskQueue = uniqueName('share');
  const queues = activityQueuesOf(taskQueue);
  const told: string[] = [];
  const share = createRequestShare({ temporal, taskQueue, loweredForMs, tell: (what) => told.push(what) });
  const rates = async () => ({
    now: await taskQueueRate(temporal, queues.now),
    poll: await taskQueueRate(temporal, queues.poll),
    list: await taskQueueRate(temporal, queues.list),
  });
  return { share, queues, rates, told };
}

const LOWERED = { now: 5.5, poll: 3.5, list: undefined };
const OWN = { now: undefined, poll: undefined, list: undefined };

describe('the share of requests', () => {
  it('is halved in Temporal for the queues that share the refused budget, and told once each', async () => {
    const { share, queues, rates, told } = await newShare(LONGER_THAN_THE_TEST_MS);

    share.lower(queues.poll);
    share.lower(queues.now);
    await waitUntil('the lower rates', async () => (await rates()).poll !== undefined && told.length === 2);

    expect(await rates()).toEqual(LOWERED);
    await share.close();
    expect(await rates()).toEqual(OWN);
    expect(told).toHaveLength(2);
  });

  it('of the listings is their own', async () => {
    const { share, queues, rates } = await newShare(LONGER_THAN_THE_TEST_MS);

    share.lower(queues.list);
    await waitUntil('the lower rate', async () => (await rates()).list !== undefined);

    expect(await rates()).toEqual({ now: undefined, poll: undefined, list: 0.25 });
    await share.close();
  });

  it('comes back by itself when no refusal followed', async () => {
    const { share, queues, rates, told } = await newShare(10);

    share.lower(queues.now);
    await waitUntil('the lower rates to be told', () => told.length === 2);

    await waitUntil(
      'the own rates',
      async () => (await rates()).now === undefined && (await rates()).poll === undefined,
    );
  });

  it('is restored by the next worker when one was killed while it was low', async () => {
    const killed = await newShare(LONGER_THAN_THE_TEST_MS);
    killed.share.lower(killed.queues.now);
    await waitUntil('the lower rates', () => killed.told.length === 2);
    expect(await killed.rates()).toEqual(LOWERED);

    await killed.share.restore();

    expect(await killed.rates()).toEqual(OWN);
  });

  it('that Temporal cannot change is told and fails nothing', async () => {
    const { share, queues, told } = await newShareWithoutServer();

    share.lower(queues.list);
    await waitUntil('the refusal to be told', () => told.length === 1);

    expect(told).toEqual(['TFE refuses with 429, and Temporal could not lower the rate']);
  });
});

async function newShareWithoutServer() {
  const temporal = await connectTemporal({
    address: temporalAddress(),
    namespace: uniqueName('none'),
    environment: {},
  });
  closeAfterTests(() => temporal.close());
  const told: string[] = [];
  const taskQueue = uniqueName('share');
  const share = createRequestShare({ temporal, taskQueue, tell: (what) => told.push(what) });
  return { share, queues: activityQueuesOf(taskQueue), told };
}
