import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStack, type Stack } from '../../src/stack/stack.ts';
import { findTemporal } from '../../src/stack/temporal/temporal-program.ts';
import { startTemporal } from '../../src/stack/temporal/temporal-server.ts';
import { bundleWorkflows } from '../../src/worker/workflow-bundle.ts';
import { FORGETS_SOON } from './forget-workflow.ts';
import { registerSearchAttributes, SEARCH_ATTRIBUTE_TYPES } from './search-attributes.ts';

const RUNS = fileURLToPath(new URL('../../.cache/test/', import.meta.url));
const KEEP_LOGS_MS = 24 * 60 * 60 * 1000;

const running: { stack?: Stack } = {};

/**
 * Starts the Temporal server that all tests of this Jest run share, and bundles the workflows once. Test files find both
 * through the environment, which Jest's worker processes inherit (see temporal.ts).
 */
export async function startTestServers(): Promise<void> {
  // The servers of the person who runs the tests are none of theirs.
  for (const name of Object.keys(process.env)) if (/^(TEMPORAL|TFE)_/.test(name)) delete process.env[name];
  const directory = join(RUNS, `run-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  forgetOldRuns();
  const [, bundle] = await Promise.all([serveTemporal(directory), bundleInto(directory)]);
  if (bundle !== undefined) process.env['RUNWRIGHT_TEST_WORKFLOW_BUNDLE'] = bundle;
}

export async function stopTestServers(): Promise<void> {
  await running.stack?.stop();
}

async function serveTemporal(directory: string): Promise<void> {
  const given = process.env['RUNWRIGHT_TEST_TEMPORAL_ADDRESS'];
  if (given !== undefined) return registerSearchAttributes(given);
  const program = await findTemporal(process.env, (line) => console.error(line));
  running.stack = openStack({ directory, environment: process.env });
  const temporal = await startTemporal(running.stack, {
    program: program.path,
    database: { kind: 'memory' },
    ui: 'with-ui',
    searchAttributes: SEARCH_ATTRIBUTE_TYPES,
    dynamicConfig: {
      ...FORGETS_SOON,
      // With four partitions a lone task may wait for a poller to come round to its partition.
      'matching.numTaskqueueReadPartitions': 1,
      'matching.numTaskqueueWritePartitions': 1,
    },
  });
  process.env['RUNWRIGHT_TEST_TEMPORAL_ADDRESS'] = temporal.address;
  process.env['RUNWRIGHT_TEST_TEMPORAL_UI'] = temporal.uiUrl;
}

async function bundleInto(directory: string): Promise<string | undefined> {
  const target = join(directory, 'workflow-bundle.js');
  try {
    writeFileSync(target, await bundleWorkflows());
    return target;
  } catch (error) {
    // Tests that need no workflow still run; those that do, say what is missing.
    process.env['RUNWRIGHT_TEST_WORKFLOW_BUNDLE_ERROR'] = (error as Error).message;
    return undefined;
  }
}

/** Logs stay for a day, for whoever looks into a failure. */
function forgetOldRuns(): void {
  for (const name of readdirSync(RUNS)) {
    const path = join(RUNS, name);
    if (Date.now() - statSync(path).mtimeMs > KEEP_LOGS_MS) rmSync(path, { recursive: true, force: true });
  }
}
