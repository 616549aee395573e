import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { withClosers } from '../../../src/service/closers.ts';
import { createPlayer } from './player.ts';
import { startRecordingStack, type RecordingStack } from './recording-stack.ts';
import type { Execution, Scenario } from './scenario.ts';
import { CONTINUED, SCENARIOS } from './scenarios.ts';

/**
 * `npm run record:history [-- SCENARIO…]`: plays every scenario on a real Temporal server and a local TFE, and keeps the
 * histories of this version in test/replay/histories, which `npm test` replays. Run it before a release, and while a
 * version is not released, whenever the workflow changes; histories of released versions are never touched.
 */
const HISTORIES = fileURLToPath(new URL('../histories/', import.meta.url));
/** Where the checkout lies: stack traces write it as a URL, or as a path. */
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
// Early enough for a small history, late enough for the request to reach the gate in its first execution.
const EVENTS_OF_A_LONG_HISTORY = 60;

const wanted = process.argv.slice(2);
const isWanted = ({ name }: Scenario): boolean => wanted.length === 0 || wanted.includes(name);
const unknown = wanted.filter((name) => ![...SCENARIOS, ...CONTINUED].some((scenario) => scenario.name === name));
if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}`);

const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
await mkdir(HISTORIES, { recursive: true });
await play(SCENARIOS.filter(isWanted), {});
await play(CONTINUED.filter(isWanted), { 'limit.historyCount.suggestContinueAsNew': EVENTS_OF_A_LONG_HISTORY });

async function play(scenarios: readonly Scenario[], dynamicConfig: Record<string, number>): Promise<void> {
  if (scenarios.length === 0) return;
  await withClosers(async (closers) => {
    const stack = await startRecordingStack(closers, dynamicConfig);
    for (const scenario of scenarios) await record(stack, scenario);
  });
}

async function record(stack: RecordingStack, { name, play: playScenario }: Scenario): Promise<void> {
  const played = await playScenario(await createPlayer(stack, name));
  stack.tfe.faults.clear();
  const { json, events } = await historyOf(
    stack.temporal,
    typeof played === 'string' ? { workflowId: played } : played,
  );
  if (json.includes(stack.tfe.token)) throw new Error(`${name}: the history holds the TFE token`);
  await writeFile(new URL(`${name}.${version}.json`, `file://${HISTORIES}`), json);
  console.log(`${name}: ${events} events`);
}

async function historyOf(
  temporal: Client,
  { workflowId, runId }: Partial<Execution> & { workflowId: string },
): Promise<{ json: string; events: number }> {
  const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const json = JSON.stringify(JSON.parse(historyToJSON(history)), withoutMachine, 1);
  return { json: `${json}\n`, events: history.events?.length ?? 0 };
}

/** Which machine and process recorded it is nobody's business, and would change every file each time. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'identity' || key === 'lastWorkerIdentity') return 'recorder';
  return key === 'stackTrace' && typeof value === 'string'
    ? value.replaceAll(`file://${PROJECT}`, '').replaceAll(PROJECT, '')
    : value;
}
