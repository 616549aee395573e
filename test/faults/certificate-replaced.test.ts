import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ownCertificate } from '../../packages/local-tfe/src/tls/own-ca.ts';
import { startLocalTfe } from '../../packages/local-tfe/src/server.ts';
import { certificateInFrontOf, type CertificateFront, type ShownCertificate } from '../support/certificate-front.ts';
import { openLane, type FaultLane } from '../support/fault-lane.ts';
import type { StartedRequest } from '../support/request-ledger.ts';
import { temporalAddress, workflowBundle } from '../support/temporal.ts';
import { makeCertificates } from '../support/tls-front.ts';
import { waitUntil } from '../support/wait-until.ts';

let directory: string;
let its: FaultLane;
let front: CertificateFront;
/** PEM file that the workers are given as TFE_CA_FILE. */
let caFile: string;
/** A new certificate of the CA that the workers trust. */
let trusted: () => ShownCertificate;
let other: ShownCertificate & { readonly caFile: string };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'runwright-certificates-'));
  const tfe = await startLocalTfe({ engine: 'simulated', rateLimit: 0, listRateLimitPerMinute: 0, tls: 'own-ca' });
  trusted = () => ownCertificate(dirname(tfe.caFile!), ['127.0.0.1']);
  const made = await makeCertificates(directory);
  other = { key: readFileSync(made.serverKey, 'utf8'), cert: readFileSync(made.server, 'utf8'), caFile: made.ca };
  caFile = join(directory, 'trusted.pem');
  copyFileSync(tfe.caFile!, caFile);
  front = await certificateInFrontOf(tfe.address, { caFile: tfe.caFile!, first: trusted() });
  its = await openLane({
    ...{ temporalAddress: temporalAddress(), workflowBundle: workflowBundle().codePath },
    ...{ tfe, tfeReachedAt: front.address, caFile, firstWorker: 'none' },
  });
  await its.startWorker('as-installed');
}, 240_000);
afterAll(async () => {
  await its.close();
  await front.close();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);
afterEach(async () => {
  front.show(trusted());
  its.tfe.holds.release();
  expect(await its.violations()).toEqual([]);
});

const APPLIED = { outcome: 'applied', runs: ['applied'] };
const UNTRUSTED = /certificate of the server is not trusted.*issued by the CA of the test/;

interface InFlight {
  readonly planning: StartedRequest;
  readonly gated: StartedRequest;
  readonly applying: StartedRequest;
}

/** Requests at every phase that lasts. */
async function startAll(): Promise<InFlight> {
  const [planned, applied] = [await its.workspace(), await its.workspace()];
  its.tfe.holds.add({ status: 'planning', workspaceId: planned.id });
  its.tfe.holds.add({ status: 'applying', workspaceId: applied.id });
  const [planning, gated, applying] = await Promise.all([
    its.start({ in: planned }),
    its.start(),
    its.start({ in: applied }),
  ]);
  await its.until(planning, 'the run', ({ runId }) => runId !== undefined);
  await its.approve(applying);
  await its.until(applying, 'the apply', ({ phase }) => phase === 'applying');
  await its.gate(gated);
  return { planning, gated, applying };
}

/** Lets all go on; of each, how it ended and what became of its runs in TFE. */
async function endAll({ planning, gated, applying }: InFlight, ...more: StartedRequest[]): Promise<Ended[]> {
  its.tfe.holds.release();
  for (const started of [planning, ...more]) await its.approve(started);
  const ended: Ended[] = [];
  for (const started of [planning, gated, applying, ...more]) {
    const ending = await its.ending(started, { withinMs: 180_000 });
    const outcome = ending.kind === 'completed' ? ending.result.outcome : ending.kind;
    ended.push({ outcome, runs: its.runsOf(started).map(({ status }) => status) });
  }
  return ended;
}

interface Ended {
  readonly outcome: string;
  readonly runs: readonly string[];
}

const requestsSeen = (): number => its.tfe.journal.entries({ kind: 'request' }).length;

/** The other authority's certificate is shown: nothing reaches TFE any more, and people are told whose it is. */
async function showUntrusted({ gated }: InFlight): Promise<StartedRequest> {
  const where = await its.workspace();
  front.show(other);
  // What was already with TFE is answered into the void.
  await waitUntil('open requests to end', () =>
    its.tfe.journal
      .entries({ kind: 'request' })
      .every((entry) => entry.kind !== 'request' || entry.answered !== 'open'),
  );
  const seen = requestsSeen();
  const fresh = await its.start({ in: where });
  await its.approve(gated);
  await its.until(gated, 'the untrusted issuer', (view) => UNTRUSTED.test(view.lastError ?? ''));
  await its.until(fresh, 'the untrusted issuer', (view) => UNTRUSTED.test(view.lastError ?? ''));
  expect(requestsSeen()).toBe(seen);
  expect(front.triedUnderIt()).toBeGreaterThan(0);
  return fresh;
}

describe('a certificate that is replaced while requests are in flight', () => {
  it('by another one of the same authority: they go on', async () => {
    const inFlight = await startAll();

    for (let times = 0; times < 2; times += 1) {
      const before = requestsSeen();
      front.show(trusted());
      await waitUntil('looks under the new certificate', () => requestsSeen() >= before + 3, { withinMs: 60_000 });
      // Control: they came through connections that were opened under it.
      expect(front.triedUnderIt()).toBeGreaterThan(0);
    }
    await its.approve(inFlight.gated);

    expect(await endAll(inFlight)).toEqual([APPLIED, APPLIED, APPLIED]);
  }, 300_000);

  it('by one of an unknown authority: refused and named, and all goes on when a trusted one is back', async () => {
    const inFlight = await startAll();
    const fresh = await showUntrusted(inFlight);

    front.show(trusted());

    expect(await endAll(inFlight, fresh)).toEqual([APPLIED, APPLIED, APPLIED, APPLIED]);
  }, 300_000);

  it('by one of an unknown authority that TFE_CA_FILE names from then on: all goes on without a restart', async () => {
    const inFlight = await startAll();
    const fresh = await showUntrusted(inFlight);

    writeFileSync(caFile, readFileSync(other.caFile, 'utf8'));

    expect(await endAll(inFlight, fresh)).toEqual([APPLIED, APPLIED, APPLIED, APPLIED]);
  }, 300_000);
});
