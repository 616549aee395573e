import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { closeAfterTests } from './after-tests.ts';

/** Address of the Temporal server of this test run: see test-servers.ts. */
export function temporalAddress(): string {
  return required('RUNWRIGHT_TEST_TEMPORAL_ADDRESS', 'run the tests with `npm test`, or through jest.config.js');
}

/** The Temporal UI of this test run; `undefined` when the server was given from outside. */
export const temporalUiUrl = (): string | undefined => process.env['RUNWRIGHT_TEST_TEMPORAL_UI'];

/** The workflows, bundled once for the whole run: `Worker.create({ workflowBundle: workflowBundle(), … })`. */
export function workflowBundle(): { readonly codePath: string } {
  const reason = process.env['RUNWRIGHT_TEST_WORKFLOW_BUNDLE_ERROR'] ?? 'the global set-up did not run';
  return { codePath: required('RUNWRIGHT_TEST_WORKFLOW_BUNDLE', reason) };
}

/** A task queue (or workflow id, or key) that no other test uses, readable in the Temporal UI. */
export const uniqueName = (purpose: string): string => `${purpose}-${randomUUID().slice(0, 8)}`;

/**
 * Connections of one test file, closed after its last test. Call it once.
 * The worker's own log is kept to errors: a failing activity that a test wants is no news.
 */
export function connectToTemporal(): {
  readonly client: () => Promise<Client>;
  readonly nativeConnection: () => Promise<NativeConnection>;
} {
  const opened: { client?: Promise<Client>; native?: Promise<NativeConnection> } = {};
  closeAfterTests(async () => {
    await (await opened.client)?.connection.close();
    await (await opened.native)?.close();
  });
  return {
    client: () => (opened.client ??= openClient()),
    nativeConnection: () => {
      quietWorkers();
      return (opened.native ??= NativeConnection.connect({ address: temporalAddress() }));
    },
  };
}

async function openClient(): Promise<Client> {
  return new Client({ connection: await Connection.connect({ address: temporalAddress() }) });
}

let isQuiet = false;

function quietWorkers(): void {
  if (isQuiet) return;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
  isQuiet = true;
}

function required(name: string, reason: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: ${reason}`);
  return value;
}
