import { describe, expect, it } from '@jest/globals';
import { activityQueuesOf } from '@runwright/client/contract';
import { connectTemporal } from '@runwright/client/temporal';
import { createRequestShare } from '../../src/temporal/request-share.ts';
import { readRate, setRate } from '../../src/temporal/task-queue-rate.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const LONGER_THAN_THE_TEST_MS = 3_600_000;

async function newInstallation(namespace = 'default') {
  const temporal = await connectTemporal({ address: temporalAddress(), namespace, environment: {} });
  closeAfterTests(() => temporal.close());
  const taskQueue = uniqueName('share');
  const queues = activityQueuesOf(taskQueue);
  const rateOf = async (queue: keyof typeof queues) => (await readRate(temporal, queues[queue]))?.perSecond;
  const rates = async () => ({
    now: await rateOf('now'),
    poll: await rateOf('poll'),
    upload: await rateOf('upload'),
    list: await rateOf('list'),
  });
  /** The share as one more worker process has it. */
  const worker = (loweredForMs: number) => {
    const told: string[] = [];
    const share = createRequestShare({ temporal, taskQueue, loweredForMs, tell: (what) => told.push(what) });
    closeAfterTests(() => share.close());
    return { share, told };
  };
  const expectRates = (what: string, wanted: object) =>
    waitUntil(what, async () => {
      expect(await rates()).toEqual(wanted);
      return true;
    });
  return { temporal, queues, rates, worker, expectRates };
}

const LOWERED = { now: 3.5, poll: 2.25, upload: 1, list: undefined };
const OWN = { now: undefined, poll: undefined, upload: undefined, list: undefined };

describe('the share of requests', () => {
  it('is halved in Temporal for the queues that share the refused budget, and told once each', async () => {
    const { worker, queues, expectRates } = await newInstallation();
    const { share, told } = worker(LONGER_THAN_THE_TEST_MS);

    share.lower(queues.poll);
    share.lower(queues.now);

    await expectRates('the lower rates', LOWERED);
    await share.close();
    expect(told).toEqual(Array(3).fill('TFE refuses with 429: fewer requests for a minute'));
  });

  it('of the listings is their own', async () => {
    const { worker, queues, expectRates } = await newInstallation();

    worker(LONGER_THAN_THE_TEST_MS).share.lower(queues.list);

    await expectRates('the lower rate', { ...OWN, list: Math.fround(0.2) });
  });

  it('comes back by itself when no refusal followed', async () => {
    const { worker, queues, expectRates } = await newInstallation();
    const { share, told } = worker(1_000);
    share.lower(queues.now);
    await waitUntil('the lower rates to be told', () => told.length === 3);

    await share.watch();

    await expectRates('the own rates', OWN);
  });

  it('that one worker lowered is not lifted by another one that starts, watches or stops', async () => {
    const { worker, queues, expectRates, rates } = await newInstallation();
    worker(LONGER_THAN_THE_TEST_MS).share.lower(queues.now);
    await expectRates('the lower rates', LOWERED);

    const other = worker(LONGER_THAN_THE_TEST_MS);
    await other.share.watch();
    await other.share.close();

    expect(await rates()).toEqual(LOWERED);
  });

  it('is lowered again by a worker that lowered it before, when it was lifted meanwhile', async () => {
    const { temporal, worker, queues, expectRates } = await newInstallation();
    const { share } = worker(1);
    share.lower(queues.list);
    await share.close();
    await setRate(temporal, queues.list, undefined);

    share.lower(queues.list);

    await expectRates('the lower rate', { ...OWN, list: Math.fround(0.2) });
  });

  it('is ended by whoever sees that its time is over, also after the worker that lowered it was killed', async () => {
    const { worker, queues, expectRates } = await newInstallation();
    const killed = worker(1);
    killed.share.lower(queues.now);
    await expectRates('the lower rates', LOWERED);

    await worker(LONGER_THAN_THE_TEST_MS).share.watch();

    await expectRates('the own rates', OWN);
  });

  it('grows and shrinks with the number of requests that TFE allows, but not for listings', async () => {
    const { worker, queues, expectRates } = await newInstallation();
    const { share } = worker(LONGER_THAN_THE_TEST_MS);

    share.learn(60);
    await expectRates('twice the rates', { now: 14, poll: 9, upload: 4, list: undefined });
    share.lower(queues.now);
    await expectRates('half of them', { now: 7, poll: 4.5, upload: 2, list: undefined });
    share.learn(15);
    await expectRates('a quarter', { now: 1.75, poll: 1.125, upload: 0.5, list: undefined });
    await share.close();
  });

  it('of a TFE that allows the usual number again is nobody’s to remember', async () => {
    const { worker, expectRates } = await newInstallation();
    worker(LONGER_THAN_THE_TEST_MS).share.learn(60);
    await expectRates('twice the rates', { now: 14, poll: 9, upload: 4, list: undefined });

    worker(LONGER_THAN_THE_TEST_MS).share.learn(30);

    await expectRates('the own rates', OWN);
  });

  it('that an operator has set by hand is left alone', async () => {
    const { temporal, worker, queues, rates } = await newInstallation();
    await setRate(temporal, queues.now, { perSecond: 1, reason: 'the audit runs' });
    const { share } = worker(LONGER_THAN_THE_TEST_MS);

    share.lower(queues.now);
    await share.close();

    expect((await rates()).now).toBe(1);
  });

  it('that Temporal cannot change is told and fails nothing', async () => {
    const { worker, queues } = await newInstallation(uniqueName('none'));
    const { share, told } = worker(LONGER_THAN_THE_TEST_MS);

    share.lower(queues.list);
    await share.close();

    expect(told).toEqual(['TFE refuses with 429, and Temporal could not lower the rate']);
  });
});
