import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type RequestView, RunwrightClient } from '@runwright/client';
import { describeDuration } from '../src/cli/view/duration.ts';
import { explain } from '../src/cli/report-error.ts';
import { describeEnding } from '../src/cli/view/describe-ending.ts';
import { REQUIRED_ATTRIBUTES } from '../src/temporal/required-attributes.ts';
import { untilStopSignal, type StopSignal } from '../src/service/stop-signal.ts';
import { ChildFailed } from '../src/stack/child-process.ts';
import { describeStartFailure } from '../src/stack/describe-failure.ts';
import { writeEnvironmentFile } from '../src/stack/environment-file.ts';
import { ensureWorkspace } from '../src/stack/first-workspace.ts';
import { connectionSettings } from '../src/stack/runwright-processes.ts';
import { freePorts, startRunwrightStack, type RunwrightStack } from '../src/stack/runwright-stack.ts';
import { findTemporal } from '../src/stack/temporal/temporal-program.ts';
import type { SearchAttributeType } from '../src/stack/temporal/temporal-server.ts';
import { findTerraform } from '../src/stack/terraform-program.ts';
import { runHello } from './demo/hello-run.ts';
import { createStartLines } from './demo/start-lines.ts';
import { whatNext } from './demo/what-next.ts';

/**
 * `npm run demo`: Temporal, a local TFE and a worker on free loopback ports, one run of examples/hello through the client
 * from its files to its outputs, and everything stopped again. `--hold` leaves the stack up until Ctrl-C.
 */
const HELP = `npm run demo [-- --hold]

  --hold   leave the stack up afterwards, and say what to try next
`;
const ORGANIZATION = 'demo';
const WORKSPACE = 'hello';
const EXAMPLE = fileURLToPath(new URL('../examples/hello', import.meta.url));

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

const out = process.stdout;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { hold: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    out.write(HELP);
    return 0;
  }
  const directory = await mkdtemp(join(tmpdir(), 'runwright-demo-'));
  try {
    const code = await demonstrate(directory, values.hold ? 'hold' : 'stop');
    if (code === 0) await rm(directory, { recursive: true, force: true });
    else say(`   logs: ${join(directory, 'logs')}`);
    return code;
  } catch (error) {
    if (error instanceof Interrupted) {
      await rm(directory, { recursive: true, force: true });
      say('   stopped: everything that was started has ended');
      return 128 + constants.signals[error.signal];
    }
    say(`The demo could not finish: ${sentenceOf(error)}`);
    say(`   logs: ${join(directory, 'logs')}`);
    return 1;
  }
}

async function demonstrate(directory: string, afterwards: 'hold' | 'stop'): Promise<number> {
  const temporal = await findTemporal(process.env, say);
  const terraform = await findTerraform(process.env, say);
  const interrupted = new AbortController();
  const lines = createStartLines(out);
  void untilStopSignal().then((signal) => {
    lines.stop();
    say('\n   stopping…');
    interrupted.abort(new Interrupted(signal));
  });
  const since = performance.now();
  let stack: RunwrightStack | undefined;
  try {
    stack = await startRunwrightStack({
      directory,
      storage: 'memory',
      environment: process.env,
      temporal,
      terraform,
      token: randomBytes(24).toString('base64url'),
      ports: await freePorts(),
      setup: 'left-out',
      searchAttributes: searchAttributes(),
      onReady: lines.ready,
      signal: interrupted.signal,
    });
    lines.stop();
    const view = await unlessBroken(stack, run(stack, interrupted.signal));
    const code = report(view, stack, performance.now() - since);
    if (afterwards === 'hold') await hold(stack, directory, interrupted.signal);
    return code;
  } finally {
    lines.stop();
    await stack?.stop();
  }
}

async function run(stack: RunwrightStack, signal: AbortSignal): Promise<RequestView | undefined> {
  const { temporal, tfe, archiveDirectory } = stack.connections;
  await ensureWorkspace(tfe, { organization: ORGANIZATION, workspace: WORKSPACE });
  const client = await RunwrightClient.connect({
    // An empty environment: nobody's real server is touched by trying Runwright.
    temporal: { address: temporal.address, namespace: temporal.namespace, environment: {} },
    tfeAddress: tfe.address,
    ...(temporal.uiUrl !== undefined && { temporalUi: temporal.uiUrl }),
  });
  try {
    const hello = { key: 'demo-1', organization: ORGANIZATION, workspace: WORKSPACE, directory: EXAMPLE };
    return await runHello({ client, ...hello, archiveDirectory, out, signal });
  } finally {
    await client.close();
  }
}

/** A server that dies would otherwise be waited for. */
async function unlessBroken<T>({ broken }: RunwrightStack, work: Promise<T>): Promise<T> {
  const end = broken.then(({ name, logFile }): never => {
    throw new Error(`${name} ended unexpectedly; its log: ${logFile}`);
  });
  return await Promise.race([work, end]);
}

function report(view: RequestView | undefined, { connections }: RunwrightStack, tookMs: number): number {
  if (view?.ending === undefined) throw new Error('the request was not seen to its end');
  const { ending, apply, workflowId } = view;
  const page = `${connections.temporal.uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
  const { name, text } = describeEnding(ending);
  const counts =
    apply &&
    `${apply.additions} added, ${apply.changes} changed, ${apply.destructions} destroyed, ${apply.imports} imported`;
  out.write(`   outcome: ${[name, counts ?? text].filter(Boolean).join(' · ')}\n`);
  out.write(`   everything together, servers included: ${describeDuration(tookMs)}\n`);
  out.write(`   see it (while the stack is up: npm run demo -- --hold):\n   ${page}\n`);
  if (ending.kind === 'failed') for (const { summary } of ending.facts.errors ?? []) say(`   ${summary}`);
  return name === 'applied' ? 0 : 1;
}

async function hold(stack: RunwrightStack, directory: string, signal: AbortSignal): Promise<void> {
  const environmentFile = join(directory, 'env');
  await writeEnvironmentFile(environmentFile, connectionSettings(stack.connections));
  const temporalUi = stack.connections.temporal.uiUrl ?? '';
  out.write(whatNext({ environmentFile, temporalUi, organization: ORGANIZATION, workspace: WORKSPACE }));
  const asked = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  if (!signal.aborted) await unlessBroken(stack, asked);
}

const searchAttributes = (): Record<string, SearchAttributeType> =>
  Object.fromEntries(REQUIRED_ATTRIBUTES.map(({ name, type }) => [name, type as SearchAttributeType]));

const sentenceOf = (error: unknown): string =>
  error instanceof ChildFailed ? describeStartFailure(error) : explain(error).sentence;

process.exitCode = await main(process.argv.slice(2));
