import { afterEach, describe, expect, it } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/common';
import type { RunActivities } from '../../src/activities/index.ts';
import type { Outputs } from '../../src/activities/output-activities.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import {
  EXECUTION,
  sealing,
  TIMING,
  useActivities,
  type ActivitiesForTests,
  type Attempt,
  type Attempted,
} from './activities-for-tests.ts';
import { PLANNED, reaches, runInTfe } from './run-in-tfe.ts';

const SECRET = 'planted-output-Kz8Wq2';
const FILES = {
  'main.tf': [
    'resource "terraform_data" "one" {',
    '  input = "hello"',
    '}',
    'output "shown" {',
    '  value = { words = ["a", "b"], count = 2 }',
    '}',
    'output "hidden" {',
    `  value     = "${SECRET}"`,
    '  sensitive = true',
    '}',
    'output "large" {',
    `  value = "${'0123456789'.repeat(2_000)}"`,
    '}',
  ].join('\n'),
};

const activities = useActivities();

afterEach(async () => {
  const { tfe } = await activities();
  tfe.faults.clear();
  tfe.services.processing.delay(0);
});

async function applied(its: ActivitiesForTests, files: Record<string, string> = FILES) {
  const { id: workspaceId } = await its.workspace();
  const run = await runInTfe(its, { workspaceId, files }, ...PLANNED);
  await its.call('applyRun', { runId: run.id, comment: 'go', organization: 'demo', workspace: 'any' });
  return { workspaceId, run: await reaches(its, run.id, 'applied') };
}

describe('the outputs of an apply', () => {
  it('come with their values, sensitive and very large ones only with their names', async () => {
    const its = await activities();
    const { workspaceId, run } = await applied(its);
    const input = { workspaceId, runId: run.id, stateVersionId: run.apply!.stateVersionId!, timing: TIMING };

    const answer = await its.call('readOutputs', input);

    const byName = Object.fromEntries(answer.outputs.map(({ name, ...output }) => [name, output]));
    const id = expect.stringMatching(/^wsout-/);
    expect(answer.stateVersionId).toBe(input.stateVersionId);
    expect(byName).toEqual({
      shown: { id, sensitive: false, value: { words: ['a', 'b'], count: 2 } },
      hidden: { id, sensitive: true },
      large: { id, sensitive: false },
    });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  it('are those of the workspace’s current state where the apply names none', async () => {
    const its = await activities();
    const { workspaceId, run } = await applied(its);

    const answer = await its.call('readOutputs', { workspaceId, runId: run.id, timing: TIMING });

    expect(answer.outputs).toHaveLength(3);
    expect(answer.stateVersionId).toBe(run.apply!.stateVersionId);
  });

  it('are not another run’s: a warning says why there are none', async () => {
    const its = await activities();
    const { workspaceId } = await applied(its);

    const answer = await its.call('readOutputs', { workspaceId, runId: 'run-earlier', timing: TIMING });

    expect(answer).toEqual({ outputs: [], warning: expect.stringContaining('a later run') });
  });

  it('are waited for while TFE reads them out of the state, and no list is asked for meanwhile', async () => {
    const its = await activities();
    const { workspaceId, run } = await applied(its);
    const input = { workspaceId, runId: run.id, stateVersionId: run.apply!.stateVersionId!, timing: TIMING };
    its.tfe.services.processing.delay(3_600_000);
    const before = its.now();

    const early = await its.attempt('readOutputs', input);
    const unlisted = its.requests('GET /state-versions/:state_version_id/outputs', before);
    const inTime = { scheduledTimestampMs: 0, currentAttemptScheduledTimestampMs: 4 * TIMING.actionSettlesMs };
    const late = await its.attempt('readOutputs', input, { info: inTime });
    its.tfe.services.processing.delay(0);
    const after = await its.call('readOutputs', input);

    expect(early.error).toMatchObject({ type: 'waiting', nextRetryDelay: TIMING.pollMinMs });
    expect(unlisted).toEqual([]);
    expect(late.answer).toEqual({
      stateVersionId: input.stateVersionId,
      outputs: [],
      warning: expect.stringContaining('had not read them out of the state in time'),
    });
    expect(after.outputs).toHaveLength(3);
  });

  it('are kept by name only beyond 256 KiB altogether, which a warning counts', async () => {
    const its = await activities();
    const value = '0123456789'.repeat(1_600);
    const files = { 'main.tf': outputsOf(300, value) };
    const { workspaceId, run } = await applied(its, files);
    const input = { workspaceId, runId: run.id, timing: TIMING };

    const { answer, attempts } = await allAttempts(its, input);

    const kept = answer.outputs.filter((output) => 'value' in output);
    expect(answer.outputs).toHaveLength(300);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(300_000);
    expect(kept).toHaveLength(Math.floor(262_144 / (value.length + 2)));
    expect(answer.warning).toBe(
      `${300 - kept.length} outputs kept by name only, because of the size: runwright outputs --reveal reads the value`,
    );
    expect(attempts).toBe(3); // a page each
  });

  it('are given up where TFE refuses them for the fifth time', async () => {
    const its = await activities();
    const { workspaceId, run } = await applied(its);
    const input = { workspaceId, runId: run.id, stateVersionId: run.apply!.stateVersionId!, timing: TIMING };
    its.tfe.faults.add({ match: 'GET /state-versions/:state_version_id/outputs', fault: 'not-found', times: null });
    const before = its.now();

    const error = await allAttempts(its, input).catch((failure: unknown) => failure);

    expect(error).toMatchObject({ type: 'tfe-refused', nonRetryable: true });
    expect(its.requests('GET /state-versions/:state_version_id/outputs', before)).toHaveLength(5);
  });
});

const outputsOf = (count: number, value: string): string =>
  Array.from({ length: count }, (_, index) => `output "o${index}" {\n  value = "${value}"\n}\n`).join('');

/** The attempts of `readOutputs`, each with what the one before has told it, until there is an answer. */
async function allAttempts(its: ActivitiesForTests, input: Parameters<RunActivities['readOutputs']>[0]) {
  let info: Attempt['info'] = {};
  for (let attempts = 1; attempts <= 10; attempts += 1) {
    const { answer, error, heartbeats }: Attempted<Outputs> = await its.attempt('readOutputs', input, { info });
    if (answer !== undefined) return { answer, attempts };
    if ((error as ApplicationFailure).nonRetryable) throw error;
    info = { heartbeatDetails: heartbeats.at(-1) };
  }
  throw new Error('ten attempts found no end');
}

describe('the errors in a log', () => {
  it('are summaries, the address of the log crosses history sealed, and nothing else comes out', async () => {
    const its = await activities();
    const { id: workspaceId } = await its.workspace();
    const files = { 'main.tf': `resource "terraform_data" "x" {\n  input = nothing.here + "${SECRET}"\n}\n` };
    const run = await runInTfe(its, { workspaceId, files }, 'errored');

    const { sealedLogUrl } = await its.call('readLogAddress', { of: 'plan', id: run.planId! });
    const answer = await its.call('readErrorSummaries', { sealedLogUrl: sealedLogUrl! });

    expect(sealedLogUrl).not.toContain('http');
    expect(answer).toEqual({ errors: [{ summary: 'Reference to undeclared resource' }] });
    expect(await planLog(its, run.planId!)).toContain(SECRET); // control
  });

  it('are asked of another worker when the seal is of a token that this one does not have', async () => {
    const its = await activities();
    const { workflowId } = EXECUTION;
    const { sealer } = sealing(() => 'an older token');
    const sealedLogUrl = sealer.seal('http://127.0.0.1/log', { purpose: 'log-url', workflowId });

    const { error } = await its.attempt('readErrorSummaries', { sealedLogUrl });

    expect(error).toMatchObject({ type: 'waiting', nonRetryable: false });
  });

  it('are left out when the address was not sealed for them', async () => {
    const its = await activities();
    const { workflowId } = EXECUTION;
    const { sealer } = sealing(() => its.tfe.token);
    const sealedLogUrl = sealer.seal('http://127.0.0.1/log', { purpose: 'upload-url', workflowId });

    expect(await its.call('readErrorSummaries', { sealedLogUrl })).toEqual({ errors: [] });
  });
});

async function planLog({ tfe: { address, token } }: ActivitiesForTests, planId: string): Promise<string> {
  const tfe = createTfeClient({ address, token: () => token });
  closeAfterTests(() => tfe.close());
  const { logUrl } = await tfe.plans.read(planId);
  return await tfe.logs.readTail(logUrl!, { maxBytes: 8_192 });
}

describe('an error', () => {
  const PLANTED_TOKEN = 'planted0token.atlasv1.Qx7Zp2Lm9';

  it.each(['reset-before-commit', 'half-body', 'error-before-commit', 'rate-limited-html', 'token-revoked'] as const)(
    'after %s holds no token, address or body, whatever is asked of it',
    async (fault) => {
      const its = await activities();
      its.tfe.faults.add({ match: 'GET /runs/:run_id', fault });

      const { error } = await its.attempt('readRun', { runId: 'run-any' }, { tfe: { token: () => PLANTED_TOKEN } });

      const told = inspectDeeply(error);
      expect(told).toContain('TFE read run');
      expect(told).not.toContain(PLANTED_TOKEN);
      expect(told).not.toContain('Bearer');
      expect(told).not.toContain(its.tfe.address);
      expect(told).not.toContain('<html>');
    },
  );
});

/** Message, stack, cause and every property, own or not. */
function inspectDeeply(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 5) return String(error);
  const names = Object.getOwnPropertyNames(error);
  return names
    .map((name) => `${name}: ${inspectDeeply((error as Record<string, unknown>)[name], depth + 1)}`)
    .join('\n');
}
